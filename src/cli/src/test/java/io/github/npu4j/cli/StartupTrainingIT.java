package io.github.npu4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.npu4j.cli.console.ExitCode;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher has recorded: it has to go as a start goes, or little of it is recorded. */
class StartupTrainingIT {

  @TempDir Path folder;

  @Test
  void itsModelEmbedsAText() throws IOException {
    StartupTraining.writeModel(folder);
    Terminal terminal = new Terminal();
    int code =
        terminal.run("embed", "--device", "cpu", "--model", folder.toString(), "hello world");
    assertEquals(ExitCode.DONE, code, terminal.notices());
    // The rows of [CLS] hello world [SEP] are (5, 6), (9, 10), (11, 12) and (7, 8).
    double length = Math.hypot(8, 9);
    assertEquals((float) (8 / length) + " " + (float) (9 / length) + "\n", terminal.results());
  }
}
