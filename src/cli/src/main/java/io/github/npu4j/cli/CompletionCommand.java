package io.github.npu4j.cli;

import io.github.npu4j.cli.console.Console;
import io.github.npu4j.cli.console.ExitCode;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;

@Command(
    name = "completion",
    description = "Print a completion script for bash and zsh: source <(npu4j completion)")
final class CompletionCommand implements Callable<Integer> {

  private final Console console;

  CompletionCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    console.results().print(AutoComplete.bash("npu4j", Main.withAllCommands(console)));
    return ExitCode.DONE;
  }
}
