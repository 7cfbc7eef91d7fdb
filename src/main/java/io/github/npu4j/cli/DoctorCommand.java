package io.github.npu4j.cli;

import io.github.npu4j.doctor.Doctor;
import io.github.npu4j.doctor.Finding;
import io.github.npu4j.doctor.Finding.Status;
import io.github.npu4j.doctor.Machine;
import io.github.npu4j.runtime.NativeRuntime;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "doctor",
    description = {
      "Say what this machine has and lacks for running models, and what to do about it.",
      "Exit code 1 if something does not work."
    })
final class DoctorCommand implements Callable<Integer> {

  private final Console console;

  @Mixin private Report report;

  DoctorCommand(Console console) {
    this.console = console;
  }

  /** The report as data. */
  record Examination(Status status, List<Finding> findings) {}

  @Override
  public Integer call() {
    List<Finding> findings = Doctor.examine(Machine.look(NativeRuntime.find()));
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
