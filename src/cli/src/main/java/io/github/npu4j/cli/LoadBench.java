package io.github.npu4j.cli;

import io.github.npu4j.cli.DeviceRun.Opener;
import io.github.npu4j.cli.Turns.Plan;
import io.github.npu4j.report.BenchRun;
import io.github.npu4j.report.DeviceResult;
import io.github.npu4j.report.Stack;
import java.io.PrintStream;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** Loads a model on several devices, runs it once, closes it, and measures each step. */
final class LoadBench {

  private static final String ROW = "%-9s %8s  %26s %9s %9s %9s%n";

  private LoadBench() {}

  /**
   * Measures.
   *
   * @param clock gives nanoseconds, as {@link System#nanoTime()} does
   * @throws io.github.npu4j.error.NpuException if no device can load the model; one that can't gets
   *     a row with the reason
   */
  static BenchResult run(Plan plan, Opener<LoadRun.Loader> opener, LongSupplier clock) {
    try (Turns<LoadRun> turns =
        new Turns<>(plan, Set.of(), device -> new LoadRun(device, opener, clock), clock)) {
      turns.open();
      turns.measure(plan);
      return new BenchResult(turns.rounds(), turns.results(LoadRun::result));
    }
  }

  /** Prints the result for people: a row for each device, and the phases of its loads. */
  static void print(PrintStream out, BenchRun run) {
    out.printf(
        "%s: loaded, run and closed %s times after %s s of warm-up on each device%n",
        run.model().name(), run.setting(BenchRun.ROUNDS), run.setting(BenchSettings.WARM_UP));
    out.printf(ROW, "", "first", "load", "run once", "close", "KB a");
    out.printf(ROW, "device", "load ms", "p50 / p90 / p99 ms", "p50 ms", "p50 ms", "load");
    BenchTable.print(out, run.devices(), LoadBench::print);
    for (DeviceResult device : run.devices()) {
      device.stacks().forEach(stack -> print(out, device, stack));
    }
  }

  private static void print(PrintStream out, DeviceResult device) {
    double first =
        device.stack(LoadRun.FIRST).orElseThrow().phases().stream()
            .filter(phase -> !phase.name().equals(LoadTimes.FIRST_RUN))
            .filter(phase -> !phase.name().equals(LoadTimes.CLOSE))
            .mapToDouble(phase -> phase.millis().p50())
            .sum();
    out.printf(
        ROW,
        device.device(),
        BenchTable.number("%.1f", first),
        BenchTable.percentiles(device.series(LoadRun.LOAD)),
        median(device, LoadTimes.FIRST_RUN),
        median(device, LoadTimes.CLOSE),
        BenchTable.kilobytes(device, LoadRun.BYTES));
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
