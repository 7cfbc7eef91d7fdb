package io.github.npu4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.cli.console.ExitCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MainTest {

  private final Terminal terminal = new Terminal();

  @Test
  void helpNamesEveryCommandAndTheExitCodes() {
    assertEquals(ExitCode.DONE, terminal.run("--help"));
    for (String name : Commands.NAMES) {
      assertTrue(terminal.results().contains("\n  " + name), name);
    }
    assertTrue(terminal.results().contains("Exit codes: 0 done"));
    assertEquals("", terminal.notices());
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyCommandIsMadeByItsNameAndExplainsItself(String name) {
    assertEquals(ExitCode.DONE, terminal.run(name, "--help"));
    assertTrue(terminal.results().startsWith("Usage: npu4j " + name), terminal.results());
  }

  static Iterable<String> names() {
    return Commands.NAMES;
  }

  @Test
  void aWrongCommandLineIsExitTwoAndSaysWhere() {
    assertEquals(ExitCode.USAGE, terminal.run("completio"));
    assertTrue(terminal.notices().contains("Did you mean"), terminal.notices());
    assertEquals(ExitCode.USAGE, terminal.run("completion", "--nonsense"));
    assertTrue(terminal.notices().contains("--nonsense"), terminal.notices());
    assertEquals(ExitCode.USAGE, terminal.run());
    assertTrue(terminal.notices().contains("name a command"), terminal.notices());
    assertEquals("", terminal.results());
  }

  @Test
  void completionKnowsEveryCommand() {
    assertEquals(ExitCode.DONE, terminal.run("completion"));
    for (String name : Commands.NAMES) {
      assertTrue(terminal.results().contains(name), name);
    }
  }

  @Test
  void versionNamesTheJavaItRunsOn() {
    assertEquals(ExitCode.DONE, terminal.run("--version"));
    assertTrue(terminal.results().contains("Java " + Runtime.version()), terminal.results());
  }
}
