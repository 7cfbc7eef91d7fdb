package io.github.npu4j.cli;

import io.github.npu4j.artifact.Digest;
import io.github.npu4j.cli.Turns.Plan;
import io.github.npu4j.report.BenchRun;
import io.github.npu4j.report.Machine;
import io.github.npu4j.report.MeasuredModel;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import picocli.CommandLine.Mixin;

/** The options of every benchmark that say what becomes of what it measured. */
final class BenchReport {

  private final String began = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();

  @Mixin Report report = new Report();

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
    all.put(BenchSettings.ROUNDS, Integer.toString(result.rounds()));
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
    report.print(
        console,
        run,
        out -> {
          table.accept(out, run);
          BenchTable.printHistograms(out, run.devices());
        });
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
