package io.github.npu4j.seq2seq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.error.BadModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a checkpoint's two files say of answers, together and alone. */
class GenerationConfigTest {

  @TempDir Path folder;

  @Test
  void takesTheSpecialTokensFromTheArchitectureWhereTheOptionsDoNotNameThem() throws IOException {
    Files.writeString(folder.resolve("generation_config.json"), "{\"max_new_tokens\": 7}");
    Files.writeString(
        folder.resolve("config.json"), "{\"eos_token_id\": 5, \"decoder_start_token_id\": 3}");

    GenerationConfig config = GenerationConfig.read(folder);

    assertEquals(Set.of(5), config.ends());
    assertEquals(3, config.start());
    assertEquals(7, config.defaults().maximumTokens());
  }

  @Test
  void takesBothFromTheOptionsWhereTheyNameThem() throws IOException {
    Files.writeString(
        folder.resolve("generation_config.json"),
        "{\"max_length\": 9, \"eos_token_id\": [1, 2], \"decoder_start_token_id\": 0}");
    Files.writeString(
        folder.resolve("config.json"), "{\"eos_token_id\": 5, \"decoder_start_token_id\": 3}");

    GenerationConfig config = GenerationConfig.read(folder);

    assertEquals(Set.of(1, 2), config.ends());
    assertEquals(0, config.start());
    assertEquals(8, config.defaults().maximumTokens(), "max_length counts the start token");
  }

  @Test
  void refusesAFolderWithNeither() {
    BadModelException refused =
        assertThrows(BadModelException.class, () -> GenerationConfig.read(folder));
    assertTrue(refused.getMessage().contains("generation_config.json"), refused.getMessage());
  }
}
