package io.github.npu4j.cli.bench;

import io.github.npu4j.measure.BenchmarkResult;
import io.github.npu4j.measure.DeviceResult;
import io.github.npu4j.measure.LoadBenchmark;
import io.github.npu4j.measure.Stack;
import io.github.npu4j.report.BenchmarkRecord;
import java.io.PrintStream;
import java.util.stream.Collectors;

/**
 * What a benchmark of loading measured, for people: a row for each device, and the phases of its
 * loads.
 */
final class LoadBenchTable {

  private static final String ROW = "%-9s %8s  %26s %9s %9s %9s%n";

  private LoadBenchTable() {}

  static void print(PrintStream out, BenchmarkRecord record) {
    out.printf(
        "%s: loaded, run and closed %s times after %s s of warm-up on each device%n",
        record.model().name(),
        record.setting(BenchmarkResult.ROUNDS),
        record.setting(BenchmarkResult.WARM_UP));
    out.printf(ROW, "", "first", "load", "run once", "close", "KB a");
    out.printf(ROW, "device", "load ms", "p50 / p90 / p99 ms", "p50 ms", "p50 ms", "load");
    BenchTable.print(out, record.devices(), LoadBenchTable::print);
    for (DeviceResult device : record.devices()) {
      device.stacks().forEach(stack -> print(out, device, stack));
    }
  }

  private static void print(PrintStream out, DeviceResult device) {
    double first =
        device.stack(LoadBenchmark.FIRST).orElseThrow().phases().stream()
            .filter(phase -> !phase.name().equals(LoadBenchmark.FIRST_RUN))
            .filter(phase -> !phase.name().equals(LoadBenchmark.CLOSE))
            .mapToDouble(phase -> phase.millis().p50())
            .sum();
    out.printf(
        ROW,
        device.device(),
        BenchTable.number("%.1f", first),
        BenchTable.percentiles(device.series(LoadBenchmark.LOAD)),
        median(device, LoadBenchmark.FIRST_RUN),
        median(device, LoadBenchmark.CLOSE),
        BenchTable.kilobytes(device, LoadBenchmark.BYTES));
  }

  private static String median(DeviceResult device, String series) {
    return BenchTable.number("%.2f", device.series(series).orElseThrow().millis().p50());
  }

  private static void print(PrintStream out, DeviceResult device, Stack stack) {
    String phases =
        stack.phases().stream()
            .map(phase -> phase.name() + " " + BenchTable.number("%.2f", phase.millis().p50()))
            .collect(Collectors.joining(", "));
    out.printf("%s, %s: %s ms%n", device.device(), stack.name(), phases);
  }
}
