package io.github.npu4j.cli.bench;

import io.github.npu4j.measure.DeviceResult;
import io.github.npu4j.measure.Percentiles;
import io.github.npu4j.measure.Series;
import io.github.npu4j.report.Histogram;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the tables of benchmarks have in common. */
final class BenchTable {

  /** Rows of a histogram, and the width of its longest bar. */
  private static final int BINS = 10;

  private static final int LONGEST_BAR = 40;

  /** Of fewer durations a histogram shows nothing. */
  private static final int ENOUGH = 50;

  /** Prints the row of a device that ran. */
  interface DeviceRow {
    void print(PrintStream out, DeviceResult device);
  }

  private BenchTable() {}

  /** Prints the rows, with the reason for each device that did not run, and what the others ran. */
  static void print(PrintStream out, List<DeviceResult> devices, DeviceRow row) {
    List<String> footer = new ArrayList<>();
    for (DeviceResult device : devices) {
      if (!device.available()) {
        out.printf("%-9s not available: %s%n", device.device(), device.reason());
        continue;
      }
      row.print(out, device);
      if (!device.note().isEmpty()) {
        out.printf("%-9s %s%n", "", device.note());
      }
      footer.add(device.device() + " ran by " + device.engine() + " (" + device.detail() + ")");
    }
    footer.forEach(out::println);
  }

  /** Prints how many items a second there were in each series of several at once. */
  static void printThroughput(PrintStream out, List<DeviceResult> devices, String items) {
    for (DeviceResult device : devices) {
      List<String> rates =
          device.series().stream()
              .filter(series -> series.items() > 1)
              .map(series -> series.items() + " at once " + number("%.1f", series.perSecond()))
              .toList();
      if (!rates.isEmpty()) {
        out.printf("%s, %s a second: %s%n", device.device(), items, String.join(", ", rates));
      }
    }
  }

  /** Prints how the durations that the benchmark is about are distributed on each device. */
  static void printHistograms(PrintStream out, List<DeviceResult> devices) {
    for (DeviceResult device : devices) {
      if (device.available() && device.main().millis().count() >= ENOUGH) {
        print(out, device.device(), device.main());
      }
    }
  }

  private static void print(PrintStream out, String device, Series series) {
    Percentiles millis = series.millis();
    Histogram histogram =
        Histogram.of(series.nanos(), Math.max(millis.min(), 1e-6), millis.p99(), BINS);
    int highest = Math.max(histogram.highest(), histogram.longer());
    out.printf("%n%s, %s, %d times%n", device, series.name(), millis.count());
    for (int bin = 0; bin < BINS; bin++) {
      out.printf(
          Locale.ROOT,
          "%10.3f to %9.3f ms  %s%n",
          histogram.edges().get(bin),
          histogram.edges().get(bin + 1),
          bar(histogram.counts().get(bin), highest));
    }
    if (histogram.longer() > 0) {
      out.printf(
          Locale.ROOT,
          "%10s to %9.3f ms  %s%n",
          "longer, up",
          millis.max(),
          bar(histogram.longer(), highest));
    }
  }

  private static String bar(int count, int highest) {
    int length = Math.ceilDiv(count * LONGEST_BAR, highest);
    return count == 0 ? "" : "#".repeat(length) + " " + count;
  }

  /** Returns the first three percentiles. */
  static String percentiles(Series series) {
    Percentiles millis = series.millis();
    return String.format(
        Locale.ROOT, "%.2f / %.2f / %.2f", millis.p50(), millis.p90(), millis.p99());
  }

  /** Returns the first three percentiles; a dash if there is no such series. */
  static String percentiles(Optional<Series> series) {
    return series.map(BenchTable::percentiles).orElse("-");
  }

  /** Returns all four percentiles, with as many digits as the shortest needs. */
  static String fourPercentiles(Series series) {
    Percentiles millis = series.millis();
    String pattern = millis.p50() < 0.1 ? "%.4f" : "%.2f";
    return number(pattern, millis.p50())
        + " / "
        + number(pattern, millis.p90())
        + " / "
        + number(pattern, millis.p99())
        + " / "
        + number(pattern, millis.p999());
  }

  /** Returns the milliseconds of a phase of the first stack. */
  static String phase(DeviceResult device, int phase) {
    return number("%.1f", device.stacks().getFirst().phases().get(phase).millis().p50());
  }

  /** Returns a figure; a dash if it is not known. */
  static String figure(String pattern, DeviceResult device, String name) {
    Double value = device.figures().get(name);
    return value == null ? "-" : number(pattern, value);
  }

  /** Returns a figure of bytes in thousands; a dash if it is not known. */
  static String kilobytes(DeviceResult device, String name) {
    Double bytes = device.figures().get(name);
    return bytes == null ? "-" : number("%.1f", bytes / 1e3);
  }

  static String number(String pattern, double value) {
    return String.format(Locale.ROOT, pattern, value);
  }
}
