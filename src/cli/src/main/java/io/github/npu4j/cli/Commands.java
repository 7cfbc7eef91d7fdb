package io.github.npu4j.cli;

import io.github.npu4j.cli.bench.BenchCommand;
import io.github.npu4j.cli.console.Console;
import io.github.npu4j.cli.installed.CacheCommand;
import io.github.npu4j.cli.installed.ModelsCommand;
import io.github.npu4j.cli.installed.RuntimeCommand;
import io.github.npu4j.cli.ship.AdoptCommand;
import io.github.npu4j.cli.ship.CompileCommand;
import io.github.npu4j.cli.ship.DoctorCommand;
import io.github.npu4j.cli.ship.ExportCommand;
import io.github.npu4j.cli.ship.InspectCommand;
import io.github.npu4j.cli.ship.ManifestCommand;
import io.github.npu4j.cli.ship.ParityCommand;
import io.github.npu4j.cli.ship.VerifyCommand;
import io.github.npu4j.cli.use.DemoCommand;
import io.github.npu4j.cli.use.DescribeCommand;
import io.github.npu4j.cli.use.EmbedCommand;
import io.github.npu4j.cli.use.GenerateCommand;
import io.github.npu4j.cli.use.RunCommand;
import io.github.npu4j.cli.use.TestCommand;
import io.github.npu4j.cli.use.TokensCommand;
import java.util.List;
import java.util.Set;

/**
 * The subcommands by name, each made only when it is named.
 *
 * <p>A command class is package-private, ends in {@code Command}, implements {@code
 * Callable<Integer>} (the exit code), takes the {@link Console} in its constructor, and throws its
 * errors as {@link io.github.npu4j.error.NpuException}.
 */
public final class Commands {

  /** In the order of the help. */
  static final List<String> NAMES =
      List.of(
          "embed",
          "generate",
          "test",
          "bench",
          "export",
          "compile",
          "adopt",
          "inspect",
          "describe",
          "tokens",
          "verify",
          "manifest",
          "run",
          "parity",
          "models",
          "runtime",
          "cache",
          "doctor",
          "demo",
          "completion");

  /** These touch no native library, and so start without the foreign-function linker. */
  private static final Set<String> JAVA_ONLY =
      Set.of("completion", "export", "manifest", "tokens", "models", "runtime", "cache");

  private Commands() {}

  /** Returns whether the command may load a library that prints on its own. */
  static boolean loadsNativeLibraries(String name) {
    return NAMES.contains(name) && !JAVA_ONLY.contains(name);
  }

  /** Makes the command of a name from {@link #NAMES}. */
  static Object create(String name, Console console) {
    return switch (name) {
      case "embed" -> new EmbedCommand(console);
      case "generate" -> new GenerateCommand(console);
      case "test" -> new TestCommand(console);
      case "bench" -> BenchCommand.create(console);
      case "export" -> new ExportCommand(console);
      case "compile" -> new CompileCommand(console);
      case "adopt" -> new AdoptCommand(console);
      case "inspect" -> new InspectCommand(console);
      case "describe" -> new DescribeCommand(console);
      case "tokens" -> new TokensCommand(console);
      case "verify" -> new VerifyCommand(console);
      case "manifest" -> new ManifestCommand(console);
      case "run" -> new RunCommand(console);
      case "parity" -> new ParityCommand(console);
      case "models" -> new ModelsCommand(console);
      case "runtime" -> new RuntimeCommand(console);
      case "cache" -> new CacheCommand(console);
      case "demo" -> new DemoCommand(console);
      case "doctor" -> new DoctorCommand(console);
      case "completion" -> new CompletionCommand(console);
      default -> throw new IllegalArgumentException(name);
    };
  }
}
