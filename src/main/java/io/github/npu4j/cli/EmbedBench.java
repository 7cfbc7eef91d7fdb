package io.github.npu4j.cli;

import io.github.npu4j.cli.DeviceRun.Opener;
import io.github.npu4j.cli.EmbedRun.Figures;
import io.github.npu4j.cli.Turns.Plan;
import io.github.npu4j.cli.Turns.Row;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;

/** Embeds the same texts on several devices, one at a time, and measures each device. */
final class EmbedBench {

  private static final String ROW = "%-9s %8s %8s  %34s %9s %9s %9s%n";

  /** What was measured. */
  record Result(String model, int texts, int rounds, Duration warmUp, List<Row<Figures>> rows) {}

  private EmbedBench() {}

  /**
   * Measures.
   *
   * @param clock gives nanoseconds, as {@link System#nanoTime()} does
   * @throws io.github.npu4j.error.NpuException if the CPU can't run the model; another device that
   *     can't gets a row with the reason
   */
  static Result run(Plan plan, Opener<EmbedRun.Subject> opener, LongSupplier clock) {
    try (Turns<EmbedRun> turns = new Turns<>(plan, device -> new EmbedRun(device, opener, clock))) {
      turns.open();
      turns.measure(plan);
      return new Result(
          plan.model(),
          plan.texts().size(),
          plan.rounds(),
          plan.warmUp(),
          turns.rows(run -> run.figures(turns.cpu())));
    }
  }

  /** Prints the result for people: a row for each device. */
  static void print(PrintStream out, Result result) {
    out.printf(
        Locale.ROOT,
        "%s: %d texts in %d rounds after %.1f s of warm-up on each device, one text at a time%n",
        result.model,
        result.texts,
        result.rounds,
        result.warmUp.toMillis() / 1e3);
    out.printf(ROW, "", "load", "first", "text", "texts", "KB a", "cosine");
    out.printf(
        ROW, "device", "ms", "ms", "p50 / p90 / p99 / p99.9 ms", "a second", "text", "with CPU");
    BenchTable.print(out, result.rows, EmbedBench::print);
  }

  private static BenchTable.Ran print(PrintStream out, String device, Figures figures) {
    out.printf(
        ROW,
        device,
        BenchTable.number("%.1f", figures.load()),
        BenchTable.number("%.1f", figures.first()),
        BenchTable.percentiles(figures.whole())
            + " / "
            + BenchTable.number("%.2f", figures.whole().p999()),
        BenchTable.number("%.1f", figures.textsPerSecond()),
        BenchTable.kilobytes(figures.bytesPerText()),
        BenchTable.number("%.6f", figures.leastCosine()));
    return new BenchTable.Ran(figures.engine(), figures.detail());
  }
}
