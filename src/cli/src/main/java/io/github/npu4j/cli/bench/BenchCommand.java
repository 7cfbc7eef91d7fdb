package io.github.npu4j.cli.bench;

import io.github.npu4j.cli.console.Console;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "bench",
    description = "Measure a model on the devices of this machine, side by side.",
    synopsisSubcommandLabel = "(load | run | embed | t5 | compare)")
public final class BenchCommand implements Callable<Integer> {

  @Spec @Nullable CommandSpec spec;

  private BenchCommand() {}

  /** Returns the command with its subcommands. */
  public static CommandLine create(Console console) {
    return new CommandLine(new BenchCommand())
        .addSubcommand(new BenchLoadCommand(console))
        .addSubcommand(new BenchTensorsCommand(console))
        .addSubcommand(new BenchEmbedCommand(console))
        .addSubcommand(new BenchT5Command(console))
        .addSubcommand(new BenchCompareCommand(console));
  }

  @Override
  public Integer call() {
    throw new ParameterException(
        Objects.requireNonNull(spec).commandLine(),
        "name what to do: load, run, embed, t5 or compare");
  }
}
