package io.github.npu4j.cli.ship;

import io.github.npu4j.numeric.ErrorMetrics;
import io.github.npu4j.parity.ParityReport;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** A comparison of engines, for people. */
final class ParityTable {

  private static final String ROW = "%-34s %-18s %-20s %9s %9s %9s %7s %4s  %s%n";

  private ParityTable() {}

  static void print(PrintStream out, ParityReport report) {
    out.println("reference: " + who(report.reference()));
    for (ParityReport.Who who : report.participants()) {
      out.println("compared:  " + who(who) + "; " + who.tolerances());
      if (!who.independent()) {
        out.println("           the reference's own library answered too: no proof of anything");
      }
    }
    out.printf(
        Locale.ROOT,
        ROW,
        "inputs",
        "by",
        "output",
        "cosine",
        "max diff",
        "mean diff",
        "SQNR dB",
        "NaN",
        "");
    for (ParityReport.Comparison row : report.comparisons()) {
      ErrorMetrics metrics = row.metrics();
      out.printf(
          Locale.ROOT,
          ROW,
          row.feed(),
          row.participant(),
          row.output(),
          number("%.6f", metrics.cosine()),
          number("%.2g", metrics.maxAbsoluteError()),
          number("%.2g", metrics.meanAbsoluteError()),
          number("%.1f", metrics.sqnrDecibels()),
          metrics.nanCount(),
          row.exceeded().isEmpty() ? "ok" : "FAILED: " + String.join("; ", row.exceeded()));
    }
  }

  private static String who(ParityReport.Who who) {
    return who.label()
        + ", "
        + (who.libraries().isEmpty() ? List.of("unknown library") : who.libraries());
  }

  private static String number(String pattern, double value) {
    return String.format(Locale.ROOT, pattern, value);
  }
}
