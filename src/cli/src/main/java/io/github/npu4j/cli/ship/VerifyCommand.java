package io.github.npu4j.cli.ship;

import io.github.npu4j.cli.console.Console;
import io.github.npu4j.cli.console.ExitCode;
import io.github.npu4j.cli.console.Report;
import io.github.npu4j.cli.options.ManifestOption;
import io.github.npu4j.inspect.FileVerifier;
import io.github.npu4j.inspect.VerifyReport;
import io.github.npu4j.runtime.NativeRuntime;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "verify",
    description = {
      "Check that a context binary is whole: its size and hashes against the manifest beside it, "
          + "its structure by QNN's system library, and a load in a process of its own.",
      "Without a manifest damage in the weights can't be seen."
    },
    footer = {"", "Exit code 4 if anything is wrong with the file."})
public final class VerifyCommand implements Callable<Integer> {

  private final Console console;

  @Parameters(
      paramLabel = "FILE",
      description = "A context binary (.bin), an ONNX file, or a model folder, for all in it.")
  Path file = Path.of("");

  @Mixin ManifestOption manifest = new ManifestOption();

  @Mixin Report report = new Report();

  public VerifyCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    manifest.verify(file);
    VerifyReport verified = new FileVerifier(NativeRuntime.find()).verify(file);
    report.print(console, verified, out -> print(out, verified));
    return verified.status() == VerifyReport.Status.BAD ? ExitCode.BAD : ExitCode.DONE;
  }

  private static void print(PrintStream out, VerifyReport verified) {
    for (VerifyReport.Check check : verified.checks()) {
      out.printf(
          Locale.ROOT,
          "%-7s %-10s %s: %s%n",
          check.status().name().toLowerCase(Locale.ROOT),
          check.check(),
          check.file().getFileName(),
          check.detail());
    }
  }
}
