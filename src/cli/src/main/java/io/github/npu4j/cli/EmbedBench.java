package io.github.npu4j.cli;

import io.github.npu4j.cli.DeviceRun.Opener;
import io.github.npu4j.cli.Turns.Plan;
import io.github.npu4j.report.BenchRun;
import io.github.npu4j.report.DeviceResult;
import io.github.npu4j.runtime.Device;
import java.io.PrintStream;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/** Embeds the same texts on several devices, one at a time and in batches, and measures each. */
final class EmbedBench {

  private static final String ROW = "%-9s %8s %8s  %34s %9s %9s %9s%n";

  private EmbedBench() {}

  /**
   * Measures.
   *
   * @param batches how many texts to give at once too
   * @param clock gives nanoseconds, as {@link System#nanoTime()} does
   * @throws io.github.npu4j.error.NpuException if the CPU can't run the model; another device that
   *     can't gets a row with the reason
   */
  static BenchResult run(
      Plan plan, List<Integer> batches, Opener<EmbedRun.Subject> opener, LongSupplier clock) {
    plan.requireCpuFirst();
    try (Turns<EmbedRun> turns =
        new Turns<>(
            plan,
            Set.of(Device.CPU),
            device -> new EmbedRun(device, opener, batches, clock),
            clock)) {
      turns.open();
      turns.measure(plan);
      return new BenchResult(turns.rounds(), turns.results(run -> run.result(turns.first())));
    }
  }

  /** Prints the result for people: a row for each device. */
  static void print(PrintStream out, BenchRun run) {
    out.printf(
        "%s: %s texts in %s rounds after %s s of warm-up on each device, one text at a time%n",
        run.model().name(),
        run.setting(BenchSettings.TEXTS),
        run.setting(BenchRun.ROUNDS),
        run.setting(BenchSettings.WARM_UP));
    out.printf(ROW, "", "load", "first", "text", "texts", "KB a", "cosine");
    out.printf(
        ROW, "device", "ms", "ms", "p50 / p90 / p99 / p99.9 ms", "a second", "text", "with CPU");
    BenchTable.print(out, run.devices(), EmbedBench::print);
    BenchTable.printThroughput(out, run.devices(), "texts");
  }

  private static void print(PrintStream out, DeviceResult device) {
    out.printf(
        ROW,
        device.device(),
        BenchTable.phase(device, 0),
        BenchTable.phase(device, 1),
        BenchTable.fourPercentiles(device.main()),
        BenchTable.figure("%.1f", device, EmbedRun.RATE),
        BenchTable.kilobytes(device, EmbedRun.BYTES),
        BenchTable.figure("%.6f", device, EmbedRun.COSINE));
  }
}
