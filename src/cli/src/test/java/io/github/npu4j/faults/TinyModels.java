package io.github.npu4j.faults;

import io.github.npu4j.cli.Terminal;
import io.github.npu4j.testing.ExportedModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Models so small that the emulator runs them in a moment, made of the recorded checkpoints. */
final class TinyModels {

  private static final Path FIXTURES =
      Path.of("src/core/src/test/resources/encoder").toAbsolutePath();

  private static final String T5 = "gated-untied";

  private TinyModels() {}

  /** Writes the checkpoint of an encoder as sentence-transformers keeps it. */
  static Path encoderCheckpoint(Path folder) throws IOException {
    Files.createDirectories(folder.resolve("1_Pooling"));
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(FIXTURES.resolve("distilbert").resolve(file), folder.resolve(file));
    }
    Files.writeString(
        folder.resolve("modules.json"),
        """
        [{"idx":0,"name":"0","path":"","type":"sentence_transformers.models.Transformer"},
         {"idx":1,"name":"1","path":"1_Pooling","type":"sentence_transformers.models.Pooling"},
         {"idx":2,"name":"2","path":"2_Normalize","type":"sentence_transformers.models.Normalize"}]
        """);
    Files.writeString(
        folder.resolve("1_Pooling/config.json"),
        """
        {"word_embedding_dimension": 12, "pooling_mode_cls_token": false,
         "pooling_mode_mean_tokens": true}
        """);
    Files.writeString(
        folder.resolve("tokenizer.json"),
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
    return folder;
  }

  /** Makes an encoder with context binaries for 8 and 16 tokens; returns its folder. */
  static Path encoder(Path temporary) throws IOException {
    Path checkpoint = encoderCheckpoint(temporary.resolve("encoder-checkpoint"));
    Path folder = temporary.resolve("encoder");
    run("export", checkpoint.toString(), folder.toString());
    run("compile", folder.toString(), "--seq", "8,16", "--no-parity");
    return folder;
  }

  /** Makes a T5 with context binaries; returns its folder. */
  static Path t5(Path temporary) throws IOException {
    Path folder = ExportedModels.export(T5, temporary);
    run("compile", folder.toString(), "--no-parity");
    return folder;
  }

  private static void run(String... arguments) {
    Terminal terminal = new Terminal();
    if (terminal.run(arguments) != 0) {
      throw new IllegalStateException(terminal.notices());
    }
  }
}
