package io.github.npu4j.cli.ship;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.cli.Terminal;
import io.github.npu4j.cli.console.ExitCode;
import io.github.npu4j.hostile.ForeignFiles;
import io.github.npu4j.testing.T5Fixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A checkpoint folder in which one file is something else. */
class ExportForeignFilesTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "config.json, config.json",
    "model.safetensors, model.safetensors",
    "model.safetensors, model.safetensors.index.json",
    "model.safetensors, pytorch_model.bin",
    "tokenizer.json, spiece.model"
  })
  void isRefusedInOneSentence(String gone, String foreign) throws IOException {
    T5Fixture.named("relu-tied").write(folder.resolve("checkpoint"));
    Files.delete(folder.resolve("checkpoint").resolve(gone));
    Terminal terminal = new Terminal();
    for (Map.Entry<String, byte[]> file : ForeignFiles.byKind().entrySet()) {
      Files.write(folder.resolve("checkpoint").resolve(foreign), file.getValue());
      int code = terminal.run("export", folder + "/checkpoint", folder + "/out");
      String said = file.getKey() + " as " + foreign + ": " + terminal.notices();
      assertEquals(ExitCode.BAD, code, said);
      assertTrue(terminal.notices().startsWith("npu4j: "), said);
      assertEquals(1, terminal.notices().lines().count(), said);
      assertFalse(terminal.notices().contains("Exception"), said);
      assertFalse(Files.exists(folder.resolve("out")), said);
    }
    assertEquals(List.of("checkpoint"), List.of(folder.toFile().list()));
  }
}
