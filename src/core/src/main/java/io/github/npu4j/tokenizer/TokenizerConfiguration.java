package io.github.npu4j.tokenizer;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Path;

/** Reads a {@code tokenizer_config.json} of a model that needs no other file: ByT5's. */
final class TokenizerConfiguration {

  private static final String BYTES = "ByT5Tokenizer";
  private static final int DEFAULT_SENTINELS = 125;
  private static final int MAXIMUM_SENTINELS = 10_000;

  private TokenizerConfiguration() {}

  static TextCodec codec(Path file, String json) {
    String type = "";
    int sentinels = DEFAULT_SENTINELS;
    try (JsonParser parser = TokenizerJson.parser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw Tokenizer.refused(file, "it is not a JSON object", null);
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (name.equals("tokenizer_class")) {
          type = parser.getText();
        } else if (name.equals("extra_ids") && value == JsonToken.VALUE_NUMBER_INT) {
          sentinels = parser.getIntValue();
        } else {
          parser.skipChildren();
        }
      }
    } catch (IOException e) {
      throw Tokenizer.refused(file, String.valueOf(e.getMessage()), e);
    }
    if (!type.equals(BYTES)) {
      throw Tokenizer.refused(
          file, type.isEmpty() ? "it names no class" : "its class " + type + " needs a file", null);
    }
    if (sentinels < 0 || sentinels > MAXIMUM_SENTINELS) {
      throw Tokenizer.refused(file, "it has " + sentinels + " extra ids", null);
    }
    return new ByteCodec(sentinels);
  }
}
