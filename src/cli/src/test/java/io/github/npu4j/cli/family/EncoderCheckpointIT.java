package io.github.npu4j.cli.family;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.cli.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checkpoints of encoders with random weights, from their folder to the emulator. */
class EncoderCheckpointIT {

  private static final Path FIXTURES = Path.of("src/core/src/test/resources/encoder");

  @TempDir private Path folder;

  private final Terminal terminal = new Terminal();

  /** {@code compile} ends with 0 only if the emulator agrees with the CPU. */
  @ParameterizedTest
  @ValueSource(strings = {"distilbert-masked", "distilbert-classes", "bert-tokens"})
  void compiledAndComparedInTheEmulator(String fixture) {
    String out = folder.resolve("out").toString();
    String checkpoint = FIXTURES.resolve(fixture).toString();
    assertEquals(0, terminal.run("export", checkpoint, out), terminal.notices());
    assertEquals(
        0,
        terminal.run("compile", out, "--soc", "x-elite", "--seq", "16"),
        terminal.results() + terminal.notices());
    for (String output : new String[] {"last_hidden_state", "logits"}) {
      assertTrue(terminal.results().contains(output), terminal.results());
    }
    assertEquals(0, terminal.run("parity", out), terminal.results() + terminal.notices());
  }

  @Test
  void aFolderOfSentenceTransformersIsEmbeddedWithoutAWord() throws IOException {
    Path checkpoint = Files.createDirectories(folder.resolve("checkpoint/1_Pooling")).getParent();
    for (String file : new String[] {"config.json", "model.safetensors"}) {
      Files.copy(FIXTURES.resolve("distilbert").resolve(file), checkpoint.resolve(file));
    }
    Files.writeString(
        checkpoint.resolve("modules.json"),
        """
        [{"idx":0,"name":"0","path":"","type":"sentence_transformers.models.Transformer"},
         {"idx":1,"name":"1","path":"1_Pooling","type":"sentence_transformers.models.Pooling"},
         {"idx":2,"name":"2","path":"2_Normalize","type":"sentence_transformers.models.Normalize"}]
        """);
    Files.writeString(
        checkpoint.resolve("1_Pooling/config.json"),
        """
        {"word_embedding_dimension": 12, "pooling_mode_cls_token": true,
         "pooling_mode_mean_tokens": false}
        """);
    Files.writeString(
        checkpoint.resolve("tokenizer.json"),
        """
        {"version":"1.0","added_tokens":[],"normalizer":null,
         "pre_tokenizer":{"type":"Whitespace"},
         "post_processor":{"type":"TemplateProcessing",
          "single":[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],
          "pair":[{"Sequence":{"id":"A","type_id":0}},{"Sequence":{"id":"B","type_id":1}}],
          "special_tokens":{"[CLS]":{"id":"[CLS]","ids":[2],"tokens":["[CLS]"]}}},
         "decoder":null,
         "model":{"type":"WordLevel","unk_token":"[UNK]",
          "vocab":{"[PAD]":0,"[UNK]":1,"[CLS]":2,"hello":5,"world":7}}}
        """);
    String out = folder.resolve("out").toString();
    assertEquals(0, terminal.run("export", checkpoint.toString(), out), terminal.notices());
    assertTrue(terminal.results().contains("npu4j describe"), terminal.results());
    assertEquals(0, terminal.run("embed", "--model", out, "--device", "cpu", "hello world"));
    double[] cpu = values(terminal.results());
    assertEquals(0, terminal.run("compile", out, "--soc", "x-elite", "--seq", "8"));
    assertEquals(0, terminal.run("embed", "--model", out, "--device", "emulator", "hello world"));
    double[] emulator = values(terminal.results());
    double cosine = 0;
    for (int i = 0; i < cpu.length; i++) {
      cosine += cpu[i] * emulator[i];
    }
    assertEquals(12, cpu.length);
    assertTrue(cosine > 0.9995, "cosine " + cosine);
  }

  private static double[] values(String line) {
    return Arrays.stream(line.strip().split(" ")).mapToDouble(Double::parseDouble).toArray();
  }
}
