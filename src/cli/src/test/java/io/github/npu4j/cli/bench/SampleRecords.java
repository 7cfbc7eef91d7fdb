package io.github.npu4j.cli.bench;

import io.github.npu4j.measure.AnswerBenchmark;
import io.github.npu4j.measure.BenchmarkResult;
import io.github.npu4j.measure.DeviceResult;
import io.github.npu4j.report.BenchmarkRecord;
import io.github.npu4j.report.HostInfo;
import io.github.npu4j.report.MeasuredModel;
import java.util.List;
import java.util.Map;

/** Records of benchmarks that nobody measured. */
final class SampleRecords {

  private SampleRecords() {}

  /** Returns a record with these devices. */
  static BenchmarkRecord of(String benchmark, List<DeviceResult> devices) {
    return new BenchmarkRecord(
        BenchmarkRecord.FORMAT,
        benchmark,
        "0.1",
        "2026-01-02T03:04:05Z",
        new HostInfo("Linux 6.1 amd64", "A processor", 4, 8L << 30, "25 VM"),
        new MeasuredModel("made-up", 1000, "ab".repeat(32)),
        Map.of(
            BenchmarkResult.ROUNDS,
            "100",
            BenchmarkResult.WARM_UP,
            "0.0",
            BenchmarkResult.TEXTS,
            "2",
            AnswerBenchmark.LONGEST,
            "4"),
        devices);
  }
}
