package io.github.npu4j.tokenizer;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks a {@code tokenizer.json} over before the native library sees it.
 *
 * <p>The library ends the process, instead of returning an error, on some texts that are no JSON
 * and on a template with a special token that it does not define.
 */
final class TokenizerJson {

  /** Deeper than any tokenizer.json seen. */
  private static final int DEEPEST = 64;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
          .build();

  private TokenizerJson() {}

  /** Starts to read a text, which need not be JSON. */
  static JsonParser parser(String text) throws IOException {
    return FACTORY.createParser(text);
  }

  /** Returns why a text must not be handed to the library, or {@code null} if it may. */
  static @Nullable String defect(String text) {
    try (JsonParser parser = parser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return "it is not a JSON object";
      }
      @Nullable Object postProcessor = null;
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        if (parser.currentName().equals("post_processor")) {
          parser.nextToken();
          postProcessor = value(parser);
        } else {
          parser.nextToken();
          parser.skipChildren();
        }
      }
      return parser.nextToken() == null
          ? undefinedToken(postProcessor)
          : "something follows the JSON object";
    } catch (JacksonException malformed) {
      return malformed.getOriginalMessage();
    } catch (IOException impossible) {
      return String.valueOf(impossible.getMessage());
    }
  }

  /** Reads an object as a map, an array as a list, and anything else as its text. */
  static @Nullable Object value(JsonParser parser) throws IOException {
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      Map<String, @Nullable Object> members = new HashMap<>();
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        members.put(name, value(parser));
      }
      return members;
    }
    if (parser.currentToken() == JsonToken.START_ARRAY) {
      List<@Nullable Object> items = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        items.add(value(parser));
      }
      return items;
    }
    return parser.getText();
  }

  /** Looks through a post-processor, and through those that a sequence of them holds. */
  private static @Nullable String undefinedToken(@Nullable Object processor) {
    if (processor instanceof List<?> several) {
      for (Object one : several) {
        String defect = undefinedToken(one);
        if (defect != null) {
          return defect;
        }
      }
    }
    if (!(processor instanceof Map<?, ?> members)) {
      return null;
    }
    if (members.get("special_tokens") instanceof Map<?, ?> defined) {
      for (String template : List.of("single", "pair")) {
        if (members.get(template) instanceof List<?> pieces) {
          for (Object piece : pieces) {
            if (piece instanceof Map<?, ?> only
                && only.get("SpecialToken") instanceof Map<?, ?> token
                && !defined.containsKey(token.get("id"))) {
              return "its template uses the token " + token.get("id") + " and does not define it";
            }
          }
        }
      }
    }
    return undefinedToken(members.get("processors"));
  }
}
