package io.github.npu4j.cli;

import io.github.npu4j.report.BenchRun;
import io.github.npu4j.report.DeviceResult;
import java.io.PrintStream;

/** What a benchmark of a T5 measured, for people: a row for each device. */
final class T5BenchTable {

  private static final String ROW = "%-9s %8s %8s  %26s  %26s  %26s %9s %9s %8s%n";

  private T5BenchTable() {}

  static void print(PrintStream out, BenchRun run) {
    String sentences = run.setting(BenchSettings.TEXTS);
    out.printf(
        "%s: %s sentences in %s rounds after %s s of warm-up on each device, at most %s tokens"
            + " an answer%n",
        run.model().name(),
        sentences,
        run.setting(BenchRun.ROUNDS),
        run.setting(BenchSettings.WARM_UP),
        run.setting(T5Bench.LONGEST));
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
    BenchTable.print(out, run.devices(), (stream, device) -> print(stream, device, sentences));
  }

  private static void print(PrintStream out, DeviceResult device, String sentences) {
    out.printf(
        ROW,
        device.device(),
        BenchTable.phase(device, 0),
        BenchTable.phase(device, 1),
        BenchTable.percentiles(device.main()),
        BenchTable.percentiles(device.series(T5Run.PREFILL)),
        BenchTable.percentiles(device.series(T5Run.TOKEN)),
        BenchTable.figure("%.1f", device, T5Run.RATE),
        BenchTable.kilobytes(device, T5Run.BYTES),
        BenchTable.figure("%.0f", device, T5Run.EQUAL) + "/" + sentences);
  }
}
