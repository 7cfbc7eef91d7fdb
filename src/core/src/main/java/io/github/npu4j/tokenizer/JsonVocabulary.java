package io.github.npu4j.tokenizer;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.npu4j.error.BadInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the vocabulary of a {@code tokenizer.json}, if it is a unigram model's. */
final class JsonVocabulary {

  private static final String END = "</s>";
  private static final Pattern BYTE_PIECE = Pattern.compile("<0x[0-9A-F]{2}>");

  private final List<String> pieces = new ArrayList<>();
  private @Nullable Object decoder;
  private @Nullable Object addedTokens;
  private @Nullable String modelType;
  private boolean byteFallback;

  private JsonVocabulary() {}

  /**
   * Reads a vocabulary.
   *
   * @param json a tokenizer that the native library has read
   * @throws BadInputException if it is no unigram model
   */
  static Vocabulary read(Path file, String json) {
    JsonVocabulary vocabulary = new JsonVocabulary();
    try (JsonParser parser = TokenizerJson.parser(json)) {
      vocabulary.file(parser);
    } catch (IOException e) {
      throw Tokenizer.refused(file, String.valueOf(e.getMessage()), e);
    }
    if (!"Unigram".equals(vocabulary.modelType)) {
      throw new BadInputException(
          "the tokens of " + file + " can't be told one by one",
          "it is a " + vocabulary.modelType + " model",
          "Answers can be constrained with T5's, mT5's and ByT5's tokenizers.");
    }
    return vocabulary.vocabulary();
  }

  private void file(JsonParser parser) throws IOException {
    parser.nextToken();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      switch (name) {
        case "decoder" -> decoder = TokenizerJson.value(parser);
        case "added_tokens" -> addedTokens = TokenizerJson.value(parser);
        case "model" -> model(parser);
        default -> parser.skipChildren();
      }
    }
  }

  private void model(JsonParser parser) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (name.equals("type")) {
        modelType = parser.getText();
      } else if (name.equals("byte_fallback")) {
        byteFallback = value == JsonToken.VALUE_TRUE;
      } else if (name.equals("vocab") && value == JsonToken.START_ARRAY) {
        while (parser.nextToken() == JsonToken.START_ARRAY) {
          pieces.add(parser.nextTextValue());
          parser.nextToken();
          parser.nextToken();
        }
      } else {
        parser.skipChildren();
      }
    }
  }

  private Vocabulary vocabulary() {
    byte[][] texts = new byte[pieces.size()][];
    for (int id = 0; id < texts.length; id++) {
      texts[id] = text(pieces.get(id));
    }
    OptionalInt end = OptionalInt.empty();
    if (addedTokens instanceof List<?> all) {
      for (Object one : all) {
        if (one instanceof Map<?, ?> token
            && "true".equals(token.get("special"))
            && token.get("id") instanceof String number) {
          int id = Integer.parseInt(number);
          if (id < texts.length) {
            texts[id] = new byte[0];
          }
          end = END.equals(token.get("content")) ? OptionalInt.of(id) : end;
        }
      }
    }
    return new Vocabulary(texts, end, cutsLeadingSpace(decoder));
  }

  private byte[] text(String piece) {
    return byteFallback && BYTE_PIECE.matcher(piece).matches()
        ? new byte[] {(byte) Integer.parseInt(piece, 3, 5, 16)}
        : piece.replace(SentencePieceModel.SPACE, " ").getBytes(StandardCharsets.UTF_8);
  }

  /** Returns whether a decoder takes a space from the beginning of a text. */
  private static boolean cutsLeadingSpace(@Nullable Object decoder) {
    if (!(decoder instanceof Map<?, ?> members)) {
      return false;
    }
    if (members.get("decoders") instanceof List<?> several) {
      return several.stream().anyMatch(JsonVocabulary::cutsLeadingSpace);
    }
    String type = String.valueOf(members.get("type"));
    return switch (type) {
      case "Metaspace" ->
          !"never".equals(members.get("prepend_scheme"))
              && !"false".equals(members.get("add_prefix_space"));
      case "Strip" -> " ".equals(members.get("content")) && !"0".equals(members.get("start"));
      case "Replace" ->
          members.get("pattern") instanceof Map<?, ?> pattern
              && String.valueOf(pattern.get("Regex")).startsWith("\\A ");
      default -> false;
    };
  }
}
