package io.github.npu4j.tokenizer.legacy;

import io.github.npu4j.tokenizer.codec.TokenizerFiles;
import io.github.npu4j.tokenizer.json.JsonReader;
import io.github.npu4j.tokenizer.pipeline.TokenizerDefect;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a file of JSON that belongs to a tokenizer. */
final class SiblingFile {

  private SiblingFile() {}

  /**
   * Reads an object.
   *
   * @throws io.github.npu4j.error.BadModelException if it is none
   */
  static Map<String, @Nullable Object> read(Path file) {
    try {
      JsonReader json = new JsonReader(TokenizerFiles.read(file));
      Object value = json.readValue();
      json.finish();
      if (value instanceof Map<?, ?> members) {
        Map<String, @Nullable Object> copy = new HashMap<>();
        members.forEach((name, member) -> copy.put(String.valueOf(name), member));
        return copy;
      }
      throw TokenizerFiles.refused(file, "it is not a JSON object", null);
    } catch (TokenizerDefect e) {
      throw TokenizerFiles.refused(file, String.valueOf(e.getMessage()), e);
    }
  }
}
