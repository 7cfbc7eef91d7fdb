package io.github.npu4j.cli;

import io.github.npu4j.cli.console.Console;
import io.github.npu4j.cli.console.Errors;
import io.github.npu4j.cli.console.ExitCode;
import io.github.npu4j.cli.console.Version;
import io.github.npu4j.internal.concurrent.BackgroundTask;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Entry point of the command {@code npu4j}. */
@Command(
    name = "npu4j",
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Runs transformers on the Hexagon NPU of a Snapdragon X, and on the CPU elsewhere.",
      ""
    },
    footer = {
      "",
      "npu4j COMMAND --help explains a command. Results go to standard output, all else to "
          + "standard error.",
      "Exit codes: 0 done; 1 a measured check failed; 2 wrong command line; 3 no such device, "
          + "runtime or model; 4 bad model or file.",
      "Files are kept in $NPU4J_HOME, else in the user's cache folder. NPU4J_TRACE=1 shows stack "
          + "traces."
    })
public final class Main implements Callable<Integer> {

  private static final Set<String> VERSION = Set.of("-V", "--version");

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = CommandLine.ScopeType.INHERIT,
      description = "Show this help and exit.")
  boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version and exit.")
  boolean version;

  private Main() {}

  /**
   * Runs one command and ends the process with its exit code.
   *
   * @param arguments the command line
   */
  public static void main(String[] arguments) {
    BackgroundTask<Console> ahead = BackgroundTask.start("npu4j-console", () -> console(arguments));
    CommandLine line = bare();
    Console console = ahead.get();
    int code = run(line, console, arguments);
    console.results().flush();
    System.exit(code);
  }

  private static Console console(String[] arguments) {
    return arguments.length > 0 && Commands.loadsNativeLibraries(arguments[0])
        ? Console.besideNativeLibraries()
        : Console.ofProcess();
  }

  /** Runs one command and returns its exit code. */
  static int run(Console console, String... arguments) {
    return run(bare(), console, arguments);
  }

  private static int run(CommandLine bare, Console console, String[] arguments) {
    try {
      CommandLine line = commandLine(bare, console, arguments);
      int code = line.execute(arguments);
      if (console.results().checkError() && code == ExitCode.DONE) {
        console.notices().println("npu4j: the results could not be written");
        return ExitCode.BAD;
      }
      return code;
    } catch (RuntimeException | Error e) {
      return Errors.print(console.notices(), e);
    }
  }

  /** Returns a command line that knows every subcommand. */
  static CommandLine withAllCommands(Console console) {
    return withAllCommands(bare(), console);
  }

  private static CommandLine withAllCommands(CommandLine line, Console console) {
    for (String name : Commands.NAMES) {
      line.addSubcommand(name, Commands.create(name, console));
    }
    return configured(line, console);
  }

  /** Reads only the class of the command that is named: the others cost start-up time. */
  private static CommandLine commandLine(CommandLine line, Console console, String[] arguments) {
    if (arguments.length == 1 && VERSION.contains(arguments[0])) {
      return configured(line, console);
    }
    if (arguments.length == 0 || !Commands.NAMES.contains(arguments[0])) {
      return withAllCommands(line, console);
    }
    line.addSubcommand(arguments[0], Commands.create(arguments[0], console));
    return configured(line, console);
  }

  private static CommandLine bare() {
    return new CommandLine(new Main());
  }

  private static CommandLine configured(CommandLine line, Console console) {
    return line.setOut(new PrintWriter(console.results(), true, StandardCharsets.UTF_8))
        .setErr(new PrintWriter(console.notices(), true, StandardCharsets.UTF_8))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(false)
        .setUsageHelpWidth(100)
        .setParameterExceptionHandler(Main::usageError)
        .setExecutionExceptionHandler((error, _, _) -> Errors.print(console.notices(), error));
  }

  private static int usageError(ParameterException error, String[] arguments) {
    CommandLine command = error.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("npu4j: " + error.getMessage());
    if (!CommandLine.UnmatchedArgumentException.printSuggestions(error, err)) {
      err.println("See " + command.getCommandSpec().qualifiedName() + " --help.");
    }
    return ExitCode.USAGE;
  }

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "name a command");
  }
}
