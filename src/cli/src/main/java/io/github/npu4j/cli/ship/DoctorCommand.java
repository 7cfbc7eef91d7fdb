package io.github.npu4j.cli.ship;

import io.github.npu4j.cli.console.Console;
import io.github.npu4j.cli.console.ExitCode;
import io.github.npu4j.cli.console.Report;
import io.github.npu4j.doctor.Doctor;
import io.github.npu4j.doctor.FileDoctor;
import io.github.npu4j.doctor.Finding;
import io.github.npu4j.doctor.Finding.Status;
import io.github.npu4j.doctor.Machine;
import io.github.npu4j.runtime.NativeRuntime;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "doctor",
    description = {
      "Say what this machine has and lacks for running models, and what to do about it.",
      "With FILE, say whether that will load here, and if not, why."
    },
    footer = {
      "",
      "Exit code 1 if something does not work.",
      "Examples:",
      "  npu4j doctor",
      "  npu4j doctor --json folder/htp/x-elite/128.bin"
    })
public final class DoctorCommand implements Callable<Integer> {

  private final Console console;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description =
          "A context binary, an ONNX or EPContext model, or a model folder: will it load here?")
  private @Nullable Path file;

  @Mixin private Report report = new Report();

  public DoctorCommand(Console console) {
    this.console = console;
  }

  /** The report as data. */
  record Examination(Status status, List<Finding> findings) {}

  @Override
  public Integer call() {
    NativeRuntime runtime = NativeRuntime.find();
    Machine machine = Machine.probe(runtime);
    List<Finding> findings =
        file == null
            ? Doctor.examine(machine)
            : new FileDoctor(machine).examine(machine.probe(runtime, file));
    Status worst = Finding.worst(findings);
    report.print(console, new Examination(worst, findings), out -> print(findings, out));
    return worst == Status.PROBLEM ? ExitCode.CHECK_FAILED : ExitCode.DONE;
  }

  static void print(List<Finding> findings, PrintStream out) {
    for (Finding finding : findings) {
      String status = finding.status().name().toLowerCase(Locale.ROOT);
      out.printf(Locale.ROOT, "%-8s %-14s %s%n", status, finding.id(), finding.what());
      if (!finding.why().isEmpty()) {
        out.println("         why: " + finding.why());
      }
      if (finding.status() != Status.OK) {
        out.println("         do:  " + finding.advice());
      }
    }
  }
}
