package io.github.npu4j.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point of the command {@code npu4j}. */
@Command(name = "npu4j", mixinStandardHelpOptions = true, version = "npu4j 0.1.0")
public final class Main {
  private Main() {}

  /**
   * Runs one command and ends the process with its exit code.
   *
   * @param arguments the command line
   */
  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Main()).execute(arguments));
  }
}
