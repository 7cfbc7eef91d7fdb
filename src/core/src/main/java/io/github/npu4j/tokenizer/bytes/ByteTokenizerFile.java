package io.github.npu4j.tokenizer.bytes;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.github.npu4j.tokenizer.codec.TextCodec;
import io.github.npu4j.tokenizer.codec.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Path;

/** Reads a {@code tokenizer_config.json} of a model that needs no other file: ByT5's. */
public final class ByteTokenizerFile {

  private static final JsonFactory FACTORY = new JsonFactory();
  private static final String BYTES = "ByT5Tokenizer";
  private static final int DEFAULT_SENTINELS = 125;
  private static final int MAXIMUM_SENTINELS = 10_000;

  private ByteTokenizerFile() {}

  /**
   * Reads one.
   *
   * @throws io.github.npu4j.error.BadModelException if it is none, or another tokenizer's
   */
  public static TextCodec codec(Path file) {
    String json = TokenizerFiles.text(file);
    String type = "";
    int sentinels = DEFAULT_SENTINELS;
    try (JsonParser parser = FACTORY.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw TokenizerFiles.refused(file, "it is not a JSON object", null);
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
      throw TokenizerFiles.refused(file, String.valueOf(e.getMessage()), e);
    }
    if (!type.equals(BYTES)) {
      throw TokenizerFiles.refused(
          file, type.isEmpty() ? "it names no class" : "its class " + type + " needs a file", null);
    }
    if (sentinels < 0 || sentinels > MAXIMUM_SENTINELS) {
      throw TokenizerFiles.refused(file, "it has " + sentinels + " extra ids", null);
    }
    return new ByteCodec(sentinels);
  }
}
