package io.github.npu4j.seq2seq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.seq2seq.generation.GenerationOptions;
import io.github.npu4j.seq2seq.generation.Strategy.Sampling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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

  private GenerationConfig read(String options) throws IOException {
    Files.writeString(
        folder.resolve("generation_config.json"), "{\"eos_token_id\": 1, " + options + "}");
    return GenerationConfig.read(folder);
  }

  @Test
  void whatIsNotDoneIsNamed() throws IOException {
    assertEquals(
        List.of("diversity_penalty", "guidance_scale", "num_beam_groups", "penalty_alpha"),
        read("\"num_beams\": 4, \"num_beam_groups\": 2, \"diversity_penalty\": 0.5,"
                + " \"penalty_alpha\": 0.6, \"guidance_scale\": 1.5")
            .notDone());
    assertEquals(
        List.of("do_sample with num_beams"),
        read("\"num_beams\": 4, \"do_sample\": true").notDone());
    assertEquals(
        List.of(),
        read("\"num_beam_groups\": 1, \"diversity_penalty\": 0.0, \"guidance_scale\": null,"
                + " \"renormalize_logits\": false, \"penalty_alpha\": 0")
            .notDone());
  }

  @Test
  void readsWhatFewModelsHave() throws IOException {
    GenerationOptions options =
        read("\"stop_strings\": [\"END\", \"x\"], \"forced_decoder_ids\": [[1, 7], [3, 9]],"
                + " \"do_sample\": true, \"min_p\": 0.1, \"typical_p\": 0.9,"
                + " \"epsilon_cutoff\": 0.001, \"eta_cutoff\": 0.002")
            .defaults();
    assertEquals(List.of("END", "x"), options.stops().strings());
    assertEquals(Map.of(0, 7, 2, 9), options.scores().forced());
    assertEquals(
        new Sampling.Cut(0.1f, 0.9f, 0.001f, 0.002f), ((Sampling) options.strategy()).cut());
    assertEquals(List.of("stop"), read("\"stop_strings\": \"stop\"").defaults().stops().strings());
  }

  @Test
  void aSlipIsNamedByField() {
    for (String slip :
        new String[] {
          "\"sequence_bias\": [[1, 2]]",
          "\"sequence_bias\": [[[1], \"x\"]]",
          "\"sequence_bias\": [3]",
          "\"forced_decoder_ids\": [[0, 3]]",
          "\"exponential_decay_length_penalty\": [1]",
          "\"exponential_decay_length_penalty\": [1.5, 2]",
          "\"min_p\": 3, \"do_sample\": true"
        }) {
      BadModelException refused = assertThrows(BadModelException.class, () -> read(slip), slip);
      String field = slip.substring(1, slip.indexOf('"', 1)).replace("min_p", "min-p");
      assertTrue(refused.getMessage().contains(field), refused.getMessage());
    }
  }
}
