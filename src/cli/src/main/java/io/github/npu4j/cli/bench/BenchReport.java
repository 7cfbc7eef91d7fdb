package io.github.npu4j.cli.bench;

import io.github.npu4j.cli.console.Console;
import io.github.npu4j.cli.console.Report;
import io.github.npu4j.cli.console.ReportPage;
import io.github.npu4j.cli.console.Version;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.measure.BenchmarkResult;
import io.github.npu4j.report.BenchmarkRecord;
import io.github.npu4j.report.ComparedRecord;
import io.github.npu4j.report.Comparison;
import io.github.npu4j.report.MeasuredModel;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of every benchmark that say what becomes of what it measured. */
final class BenchReport {

  private final Instant began = Instant.now();

  @Mixin Report report = new Report();

  @Mixin ReportPage page = new ReportPage();

  @Option(
      names = "--compare",
      paramLabel = "EARLIER.json",
      description =
          "Compare with an earlier run that --json -o EARLIER.json saved, as bench compare does.")
  @Nullable Path compare;

  private @Nullable BenchmarkRecord earlier;

  /**
   * Makes ready for the report, before anything is measured.
   *
   * @param benchmark the name of the benchmark that is to run
   * @throws BadInputException if the run to compare with is of another benchmark, or there is no
   *     place for the report
   */
  void begin(String benchmark) {
    page.begin();
    if (compare == null) {
      return;
    }
    earlier = BenchmarkRecord.read(compare);
    if (!earlier.benchmark().equals(benchmark)) {
      throw new BadInputException(
          "can't compare with " + compare,
          "it is a run of bench " + earlier.benchmark(),
          "Give one of bench " + benchmark + ".");
    }
  }

  /**
   * Reports what was measured.
   *
   * @param model what it was measured with
   * @param table prints the record for people
   */
  void print(
      Console console,
      MeasuredModel model,
      BenchmarkResult result,
      BiConsumer<PrintStream, BenchmarkRecord> table) {
    BenchmarkRecord record = BenchmarkRecord.of(Version.own(), began, model, result);
    Comparison comparison = earlier == null ? null : Comparison.of(earlier, record);
    report.print(
        console,
        comparison == null ? record : new ComparedRecord(record, comparison),
        out -> {
          table.accept(out, record);
          BenchTable.printHistograms(out, record.devices());
          if (comparison != null) {
            out.println();
            ComparisonTable.print(out, comparison);
          }
        });
    page.write(console, record, comparison);
  }
}
