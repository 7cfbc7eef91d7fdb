package io.github.npu4j.cli.ship;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.cli.Terminal;
import io.github.npu4j.cli.console.ExitCode;
import io.github.npu4j.hostile.ForeignFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is no model, under the names that models have: one line that says so, and exit code 4. */
class BadFilesIT {

  @TempDir Path folder;
  private final Terminal terminal = new Terminal();

  @Test
  void inspectRefuses() throws IOException {
    tryAll("x.bin", "inspect");
  }

  @Test
  void runRefusesContextBinaries() throws IOException {
    tryAll("x.bin", "run", "--device", "emulator");
  }

  @Test
  void runRefusesOnnxModels() throws IOException {
    tryAll("x.onnx", "run", "--device", "cpu");
  }

  private void tryAll(String name, String... command) throws IOException {
    List<String> wrong = new ArrayList<>();
    for (Map.Entry<String, byte[]> foreign : ForeignFiles.byKind().entrySet()) {
      Path file = Files.write(folder.resolve(name), foreign.getValue());
      List<String> arguments = new ArrayList<>(List.of(command));
      arguments.add(1, file.toString());
      int code = terminal.run(arguments.toArray(String[]::new));
      String said = terminal.notices();
      if (code != ExitCode.BAD || !said.startsWith("npu4j: ") || said.contains("a defect of")) {
        wrong.add(foreign.getKey() + ": exit code " + code + ", " + said);
      }
      assertEquals("", terminal.results(), foreign.getKey());
    }
    assertTrue(wrong.isEmpty(), () -> String.join("\n", wrong));
  }
}
