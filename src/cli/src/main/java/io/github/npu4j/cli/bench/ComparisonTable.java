package io.github.npu4j.cli.bench;

import io.github.npu4j.report.Comparison;
import io.github.npu4j.report.Difference;
import io.github.npu4j.report.Ratio;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Locale;

/** Two runs side by side, for people. */
final class ComparisonTable {

  private static final String ROW = "%-9s %-26s %-3s %11s %11s %7s  %-16s %s%n";

  private ComparisonTable() {}

  static void print(PrintStream out, Comparison comparison) {
    Comparison.Summary before = comparison.before();
    Comparison.Summary after = comparison.after();
    out.printf(
        "bench %s: %s of %s, then %s of %s%n",
        before.benchmark(), before.model(), before.began(), after.model(), after.began());
    if (!comparison.caveats().isEmpty()) {
      out.println("What else is different, and may be the reason:");
      comparison.caveats().forEach(caveat -> out.println("  " + caveat));
    }
    out.printf(ROW, "", "", "", "before", "after", "", "", "");
    out.printf(ROW, "device", "what", "", "ms", "ms", "ratio", interval(), "");
    comparison.differences().forEach(difference -> print(out, difference));
    for (Comparison.Figure figure : comparison.figures()) {
      out.printf(
          ROW,
          figure.device(),
          figure.name(),
          "",
          sixDigits(figure.before()),
          sixDigits(figure.after()),
          "",
          "",
          "");
    }
    comparison.notCompared().forEach(out::println);
    out.println(conclusion(comparison));
  }

  private static String sixDigits(double value) {
    return new BigDecimal(value, new MathContext(6)).stripTrailingZeros().toPlainString();
  }

  private static String interval() {
    return BenchTable.number("%.1f", Ratio.CONFIDENCE * 100) + " % interval";
  }

  private static void print(PrintStream out, Difference difference) {
    Ratio ratio = difference.ratio();
    out.printf(
        ROW,
        difference.device(),
        difference.what(),
        difference.percentile(),
        BenchTable.number("%.4f", difference.before()),
        BenchTable.number("%.4f", difference.after()),
        ratio == null ? "" : BenchTable.number("%.3f", ratio.value()),
        ratio == null ? "" : String.format(Locale.ROOT, "%.3f to %.3f", ratio.low(), ratio.high()),
        difference.verdict());
  }

  private static String conclusion(Comparison comparison) {
    List<Difference> judged =
        comparison.differences().stream().filter(one -> one.ratio() != null).toList();
    long beyond = comparison.beyondNoise();
    String noise = "the noise within the runs";
    return beyond == 0
        ? "None of " + judged.size() + " differences is more than " + noise + "."
        : beyond
            + " of "
            + judged.size()
            + (beyond == 1 ? " differences is more than " : " differences are more than ")
            + noise
            + ". Measure both twice: one process may be faster than the next.";
  }
}
