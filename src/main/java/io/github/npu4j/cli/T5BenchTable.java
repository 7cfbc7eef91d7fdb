package io.github.npu4j.cli;

import io.github.npu4j.cli.T5Run.Figures;
import io.github.npu4j.report.Percentiles;
import java.io.PrintStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

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
    for (T5Bench.Row row : result.rows()) {
      if (row.figures() == null) {
        out.printf("%-9s not available: %s%n", row.device(), row.reason());
      } else {
        print(out, row.device().toString(), row.figures(), result.sentences());
        if (!row.note().isEmpty()) {
          out.printf("%-9s %s%n", "", row.note());
        }
      }
    }
    for (T5Bench.Row row : result.rows()) {
      if (row.figures() != null) {
        out.printf(
            "%s ran by %s (%s)%n", row.device(), row.figures().engine(), row.figures().detail());
      }
    }
  }

  private static void print(PrintStream out, String device, Figures figures, int sentences) {
    Long bytes = figures.bytesPerAnswer();
    out.printf(
        ROW,
        device,
        number("%.1f", figures.load()),
        number("%.1f", figures.first()),
        percentiles(figures.whole()),
        percentiles(figures.prefill()),
        percentiles(figures.perToken()),
        number("%.1f", figures.tokensPerSecond()),
        bytes == null ? "-" : number("%.1f", bytes / 1e3),
        figures.equalAnswers() + "/" + sentences);
  }

  private static String percentiles(@Nullable Percentiles millis) {
    return millis == null
        ? "-"
        : String.format(
            Locale.ROOT, "%.2f / %.2f / %.2f", millis.p50(), millis.p90(), millis.p99());
  }

  private static String number(String pattern, double value) {
    return String.format(Locale.ROOT, pattern, value);
  }
}
