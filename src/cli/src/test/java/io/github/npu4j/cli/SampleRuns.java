package io.github.npu4j.cli;

import io.github.npu4j.report.BenchRun;
import io.github.npu4j.report.DeviceResult;
import io.github.npu4j.report.Machine;
import io.github.npu4j.report.MeasuredModel;
import java.util.List;
import java.util.Map;

/** Runs of a benchmark that nobody measured. */
final class SampleRuns {

  private SampleRuns() {}

  /** Returns a run with these devices. */
  static BenchRun of(String benchmark, List<DeviceResult> devices) {
    return new BenchRun(
        BenchRun.FORMAT,
        benchmark,
        "0.1",
        "2026-01-02T03:04:05Z",
        new Machine("Linux 6.1 amd64", "A processor", 4, 8L << 30, "25 VM"),
        new MeasuredModel("made-up", 1000, "ab".repeat(32)),
        Map.of(
            BenchRun.ROUNDS,
            "100",
            BenchSettings.WARM_UP,
            "0.0",
            BenchSettings.TEXTS,
            "2",
            T5Bench.LONGEST,
            "4"),
        devices);
  }
}
