package io.github.npu4j.cli;

import io.github.npu4j.cli.T5Run.Figures;
import java.io.PrintStream;
import java.util.Locale;

/** What a benchmark of a T5 measured, for people: a row for each device. */
final class T5BenchTable {

  private static final String ROW = "%-9s %8s %8s  %26s  %26s  %26s %9s %9s %8s%n";

  private T5BenchTable() {}

  static void print(PrintStream out, T5Bench.Result result) {
    out.printf(
        Locale.ROOT,
        "%s: %d sentences in %d rounds after %.1f s of warm-up on each device, at most %d tokens"
            + " an answer%n",
        result.model(),
        result.sentences(),
        result.rounds(),
        result.warmUp().toMillis() / 1e3,
        result.longest());
    out.printf(
        ROW, "", "load", "first", "answer", "prefill", "a token", "tokens", "KB an", "as the");
    out.printf(
        ROW,
        "device",
        "ms",
        "ms",
        "p50 / p90 / p99 ms",
        "p50 / p90 / p99 ms",
        "p50 / p90 / p99 ms",
        "a second",
        "answer",
        "CPU");
    BenchTable.print(
        out,
        result.rows(),
        (stream, device, figures) -> print(stream, device, figures, result.sentences()));
  }

  private static BenchTable.Ran print(
      PrintStream out, String device, Figures figures, int sentences) {
    out.printf(
        ROW,
        device,
        BenchTable.number("%.1f", figures.load()),
        BenchTable.number("%.1f", figures.first()),
        BenchTable.percentiles(figures.whole()),
        BenchTable.percentiles(figures.prefill()),
        BenchTable.percentiles(figures.perToken()),
        BenchTable.number("%.1f", figures.tokensPerSecond()),
        BenchTable.kilobytes(figures.bytesPerAnswer()),
        figures.equalAnswers() + "/" + sentences);
    return new BenchTable.Ran(figures.engine(), figures.detail());
  }
}
