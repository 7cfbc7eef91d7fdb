package io.github.npu4j.tokenizer.huggingface;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.npu4j.store.json.JsonText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks a {@code tokenizer.json} over before the native library sees it.
 *
 * <p>The library ends the process, instead of returning an error, on some texts that are no JSON;
 * on a template with a special token that it does not define; on what {@link NormalizerDefects}
 * looks for; and on some decoders, pre-tokenizers and merges, at the latest when it meets a text
 * for which they go wrong.
 */
final class TokenizerJson {

  /** Deeper than any tokenizer.json seen. */
  private static final int DEEPEST = 64;

  /** The parts of the file that are looked at as a whole. */
  private static final Set<String> JUDGED =
      Set.of("post_processor", "normalizer", "decoder", "pre_tokenizer");

  private static final JsonFactory FACTORY = JsonText.lenient(DEEPEST);

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
      Map<String, @Nullable Object> parts = new HashMap<>();
      String prefix = "";
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        if (JUDGED.contains(name)) {
          parts.put(name, value(parser));
        } else if (name.equals("model")) {
          prefix = subwordPrefix(parser);
        } else {
          parser.skipChildren();
        }
      }
      if (parser.nextToken() != null) {
        return "something follows the JSON object";
      }
      String defect = defect(parts);
      return defect != null || prefix.isEmpty() ? defect : shortMerge(text, prefix);
    } catch (JacksonException malformed) {
      return malformed.getOriginalMessage();
    } catch (IOException impossible) {
      return String.valueOf(impossible.getMessage());
    }
  }

  private static @Nullable String defect(Map<String, @Nullable Object> parts) {
    String defect = undefinedToken(parts.get("post_processor"));
    if (defect == null) {
      defect = NormalizerDefects.find(parts.get("normalizer"));
    }
    if (defect == null && strips(parts.get("decoder"))) {
      defect = "its decoder strips the end of tokens that may be too short for it";
    }
    if (defect == null && cutsToNothing(parts.get("pre_tokenizer"))) {
      defect = "its pre-tokenizer cuts a text into pieces of no length";
    }
    return defect;
  }

  /** Returns whether a decoder, or one in a sequence, takes characters from the end of a token. */
  private static boolean strips(@Nullable Object decoder) {
    return decoder instanceof Map<?, ?> members
        && ("Strip".equals(members.get("type")) && !"0".equals(members.get("stop"))
            || members.get("decoders") instanceof List<?> several
                && several.stream().anyMatch(TokenizerJson::strips));
  }

  private static boolean cutsToNothing(@Nullable Object preTokenizer) {
    return preTokenizer instanceof Map<?, ?> members
        && ("FixedLength".equals(members.get("type")) && "0".equals(members.get("length"))
            || members.get("pretokenizers") instanceof List<?> several
                && several.stream().anyMatch(TokenizerJson::cutsToNothing));
  }

  /** Reads a model's prefix of the tokens that go on with a word; empty if there is none. */
  private static String subwordPrefix(JsonParser parser) throws IOException {
    String prefix = "";
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return prefix;
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (name.equals("continuing_subword_prefix") && value == JsonToken.VALUE_STRING) {
        prefix = parser.getText();
      } else {
        parser.skipChildren();
      }
    }
    return prefix;
  }

  /**
   * Looks for a merge of a BPE model whose second token the library can't cut the prefix from: it
   * cuts as many bytes as the prefix has characters.
   */
  private static @Nullable String shortMerge(String text, String prefix) throws IOException {
    int length = prefix.codePointCount(0, prefix.length());
    try (JsonParser parser = parser(text)) {
      while (parser.nextToken() != null) {
        if (parser.currentToken() == JsonToken.START_ARRAY
            && "merges".equals(parser.currentName())) {
          for (Object merge : merges(parser)) {
            String second = second(merge);
            byte[] bytes = second.getBytes(StandardCharsets.UTF_8);
            if (bytes.length < length || bytes.length > length && (bytes[length] & 0xc0) == 0x80) {
              return "its model merges " + second + ", which is shorter than the prefix " + prefix;
            }
          }
        }
      }
    }
    return null;
  }

  private static List<?> merges(JsonParser parser) throws IOException {
    return value(parser) instanceof List<?> merges ? merges : List.of();
  }

  private static String second(@Nullable Object merge) {
    if (merge instanceof List<?> pair) {
      return String.valueOf(pair.isEmpty() ? "" : pair.getLast());
    }
    String both = String.valueOf(merge);
    return both.substring(both.lastIndexOf(' ') + 1);
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
