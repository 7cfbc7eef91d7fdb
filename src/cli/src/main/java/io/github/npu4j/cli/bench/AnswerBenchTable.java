package io.github.npu4j.cli.bench;

import io.github.npu4j.measure.AnswerBenchmark;
import io.github.npu4j.measure.BenchmarkResult;
import io.github.npu4j.measure.DeviceResult;
import io.github.npu4j.report.BenchmarkRecord;
import java.io.PrintStream;

/** What a benchmark of answers measured, for people: a row for each device. */
public final class AnswerBenchTable {

  private static final String ROW = "%-9s %8s %8s  %26s  %26s  %26s %9s %9s %8s%n";

  private AnswerBenchTable() {}

  static void print(PrintStream out, BenchmarkRecord record) {
    String sentences = record.setting(BenchmarkResult.TEXTS);
    out.printf(
        "%s: %s sentences in %s rounds after %s s of warm-up on each device, at most %s tokens"
            + " an answer%n",
        record.model().name(),
        sentences,
        record.setting(BenchmarkResult.ROUNDS),
        record.setting(BenchmarkResult.WARM_UP),
        record.setting(AnswerBenchmark.LONGEST));
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
    BenchTable.print(out, record.devices(), (stream, device) -> print(stream, device, sentences));
  }

  private static void print(PrintStream out, DeviceResult device, String sentences) {
    out.printf(
        ROW,
        device.device(),
        BenchTable.phase(device, 0),
        BenchTable.phase(device, 1),
        BenchTable.percentiles(device.main()),
        BenchTable.percentiles(device.series(AnswerBenchmark.PREFILL)),
        BenchTable.percentiles(device.series(AnswerBenchmark.TOKEN)),
        BenchTable.figure("%.1f", device, AnswerBenchmark.RATE),
        BenchTable.kilobytes(device, AnswerBenchmark.BYTES),
        BenchTable.figure("%.0f", device, AnswerBenchmark.EQUAL) + "/" + sentences);
  }
}
