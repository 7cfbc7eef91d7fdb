package io.github.npu4j.cli.bench;

import io.github.npu4j.measure.BenchmarkResult;
import io.github.npu4j.measure.DeviceResult;
import io.github.npu4j.measure.EmbedBenchmark;
import io.github.npu4j.report.BenchmarkRecord;
import java.io.PrintStream;

/** What a benchmark of embedding measured, for people: a row for each device. */
public final class EmbedBenchTable {

  private static final String ROW = "%-9s %8s %8s  %34s %9s %9s %9s%n";

  private EmbedBenchTable() {}

  static void print(PrintStream out, BenchmarkRecord record) {
    out.printf(
        "%s: %s texts in %s rounds after %s s of warm-up on each device, one text at a time%n",
        record.model().name(),
        record.setting(BenchmarkResult.TEXTS),
        record.setting(BenchmarkResult.ROUNDS),
        record.setting(BenchmarkResult.WARM_UP));
    out.printf(ROW, "", "load", "first", "text", "texts", "KB a", "cosine");
    out.printf(
        ROW, "device", "ms", "ms", "p50 / p90 / p99 / p99.9 ms", "a second", "text", "with CPU");
    BenchTable.print(out, record.devices(), EmbedBenchTable::print);
    BenchTable.printThroughput(out, record.devices(), "texts");
  }

  private static void print(PrintStream out, DeviceResult device) {
    out.printf(
        ROW,
        device.device(),
        BenchTable.phase(device, 0),
        BenchTable.phase(device, 1),
        BenchTable.fourPercentiles(device.main()),
        BenchTable.figure("%.1f", device, EmbedBenchmark.RATE),
        BenchTable.kilobytes(device, EmbedBenchmark.BYTES),
        BenchTable.figure("%.6f", device, EmbedBenchmark.COSINE));
  }
}
