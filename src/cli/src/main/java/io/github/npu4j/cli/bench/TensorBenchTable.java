package io.github.npu4j.cli.bench;

import io.github.npu4j.measure.BenchmarkResult;
import io.github.npu4j.measure.DeviceResult;
import io.github.npu4j.measure.TensorBenchmark;
import io.github.npu4j.report.BenchmarkRecord;
import java.io.PrintStream;

/** What a benchmark of executions measured, for people: a row for each device. */
final class TensorBenchTable {

  private static final String ROW = "%-9s %8s %8s  %38s %9s %9s %9s%n";

  private TensorBenchTable() {}

  static void print(PrintStream out, BenchmarkRecord record) {
    out.printf(
        "%s: %s runs after %s s of warm-up on each device; %s (%s)%n",
        record.model().name(),
        record.setting(BenchmarkResult.ROUNDS),
        record.setting(BenchmarkResult.WARM_UP),
        record.setting(TensorBenchmark.INPUTS),
        record.setting(TensorBenchmark.VALUES));
    out.printf(ROW, "", "load", "first", "run", "runs", "KB a", "least");
    out.printf(
        ROW, "device", "ms", "ms", "p50 / p90 / p99 / p99.9 ms", "a second", "run", "cosine");
    BenchTable.print(out, record.devices(), TensorBenchTable::print);
  }

  private static void print(PrintStream out, DeviceResult device) {
    // The last phase of the first use is the first execution; those before it are the load.
    double first = device.stacks().getFirst().phases().getLast().millis().p50();
    out.printf(
        ROW,
        device.device(),
        BenchTable.number("%.1f", device.stacks().getFirst().millis() - first),
        BenchTable.number("%.1f", first),
        BenchTable.fourPercentiles(device.main()),
        BenchTable.figure("%.1f", device, TensorBenchmark.RATE),
        BenchTable.kilobytes(device, TensorBenchmark.BYTES),
        BenchTable.figure("%.6f", device, TensorBenchmark.COSINE));
  }
}
