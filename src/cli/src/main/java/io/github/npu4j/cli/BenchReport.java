package io.github.npu4j.cli;

import io.github.npu4j.cli.Turns.Plan;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.report.BenchRun;
import io.github.npu4j.report.Comparison;
import io.github.npu4j.report.Machine;
import io.github.npu4j.report.MeasuredModel;
import io.github.npu4j.store.Digest;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options of every benchmark that say what becomes of what it measured. */
final class BenchReport {

  private final String began = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();

  @Mixin Report report = new Report();

  @Mixin ReportPage page = new ReportPage();

  @Option(
      names = "--compare",
      paramLabel = "EARLIER.json",
      description =
          "Compare with an earlier run that --json -o EARLIER.json saved, as bench compare does.")
  @Nullable Path compare;

  private @Nullable BenchRun earlier;

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
    earlier = SavedRun.read(compare);
    if (!earlier.benchmark().equals(benchmark)) {
      throw new BadInputException(
          "can't compare with " + compare,
          "it is a run of bench " + earlier.benchmark(),
          "Give one of bench " + benchmark + ".");
    }
  }

  /**
   * Reports a run.
   *
   * @param benchmark its name
   * @param model what was measured
   * @param settings what else decides what the figures mean
   * @param table prints the run for people
   */
  void print(
      Console console,
      String benchmark,
      Plan plan,
      MeasuredModel model,
      Map<String, String> settings,
      BenchResult result,
      BiConsumer<PrintStream, BenchRun> table) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put(BenchRun.ROUNDS, Integer.toString(result.rounds()));
    all.put(BenchSettings.WARM_UP, BenchTable.number("%.1f", plan.warmUp().toNanos() / 1e9));
    all.putAll(settings);
    BenchRun run =
        new BenchRun(
            BenchRun.FORMAT,
            benchmark,
            Main.Version.own(),
            began,
            Machine.here(),
            model,
            all,
            result.devices());
    Comparison comparison = earlier == null ? null : Comparison.of(earlier, run);
    report.print(
        console,
        comparison == null ? run : new ComparedRun(run, comparison),
        out -> {
          table.accept(out, run);
          BenchTable.printHistograms(out, run.devices());
          if (comparison != null) {
            out.println();
            ComparisonTable.print(out, comparison);
          }
        });
    page.write(console, run, comparison);
  }

  /** Returns the settings of a benchmark that answers texts. */
  static Map<String, String> texts(List<String> texts) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put(BenchSettings.TEXTS, Integer.toString(texts.size()));
    settings.put(
        "textsSha256", Digest.sha256(String.join("\n", texts).getBytes(StandardCharsets.UTF_8)));
    return settings;
  }
}
