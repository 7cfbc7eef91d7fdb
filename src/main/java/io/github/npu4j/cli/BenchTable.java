package io.github.npu4j.cli;

import io.github.npu4j.report.Percentiles;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the tables of benchmarks have in common. */
final class BenchTable {

  /** What a device ran by. */
  record Ran(String engine, String detail) {}

  /** Prints the row of a device that ran. */
  interface FiguresRow<F> {
    Ran print(PrintStream out, String device, F figures);
  }

  private BenchTable() {}

  /** Prints the rows, with the reason for each device that did not run, and what the others ran. */
  static <F> void print(PrintStream out, List<Turns.Row<F>> rows, FiguresRow<F> figuresRow) {
    List<String> footer = new ArrayList<>();
    for (Turns.Row<F> row : rows) {
      F figures = row.figures();
      if (figures == null) {
        out.printf("%-9s not available: %s%n", row.device(), row.reason());
        continue;
      }
      Ran ran = figuresRow.print(out, row.device().toString(), figures);
      if (!row.note().isEmpty()) {
        out.printf("%-9s %s%n", "", row.note());
      }
      footer.add(row.device() + " ran by " + ran.engine + " (" + ran.detail + ")");
    }
    footer.forEach(out::println);
  }

  /** Returns the first three percentiles; a dash if there are none. */
  static String percentiles(@Nullable Percentiles millis) {
    return millis == null
        ? "-"
        : String.format(
            Locale.ROOT, "%.2f / %.2f / %.2f", millis.p50(), millis.p90(), millis.p99());
  }

  /** Returns bytes in thousands; a dash if they are not known. */
  static String kilobytes(@Nullable Long bytes) {
    return bytes == null ? "-" : number("%.1f", bytes / 1e3);
  }

  static String number(String pattern, double value) {
    return String.format(Locale.ROOT, pattern, value);
  }
}
