package io.github.npu4j.cli.bench;

import io.github.npu4j.cli.console.Console;
import io.github.npu4j.cli.console.ExitCode;
import io.github.npu4j.cli.console.Report;
import io.github.npu4j.cli.console.ReportPage;
import io.github.npu4j.report.BenchmarkRecord;
import io.github.npu4j.report.Comparison;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "compare",
    description = {
      "Put two saved runs of a benchmark side by side, and say which differences are more than "
          + "noise.",
      "A run is saved by --json -o FILE, with every duration. The ratio of each median, and of p99 "
          + "where there are 500 durations, gets a bootstrap interval; one that lies more than 1 % "
          + "off 1 as a whole is more than the noise within the runs. Fewer than 20 durations are "
          + "not judged."
    },
    footer = {
      "",
      "Exit code 0 whatever the differences are.",
      "Example: npu4j bench embed --json -o a.json; npu4j bench embed --json -o b.json; "
          + "npu4j bench compare a.json b.json"
    })
final class BenchCompareCommand implements Callable<Integer> {

  private final Console console;

  @Parameters(index = "0", paramLabel = "EARLIER.json", description = "The run to compare with.")
  Path earlier = Path.of("");

  @Parameters(index = "1", paramLabel = "LATER.json", description = "The run to judge.")
  Path later = Path.of("");

  @Mixin Report report = new Report();

  @Mixin ReportPage page = new ReportPage();

  BenchCompareCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    BenchmarkRecord before = BenchmarkRecord.read(earlier);
    BenchmarkRecord after = BenchmarkRecord.read(later);
    Comparison comparison = Comparison.of(before, after);
    page.begin();
    report.print(console, comparison, out -> ComparisonTable.print(out, comparison));
    page.write(console, after, comparison);
    return ExitCode.DONE;
  }
}
