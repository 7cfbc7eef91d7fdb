package io.github.npu4j.cli;

import io.github.npu4j.cli.DeviceRun.Opener;
import io.github.npu4j.cli.Turns.Plan;
import io.github.npu4j.report.BenchRun;
import io.github.npu4j.report.DeviceResult;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** Runs a graph of tensors on several devices and measures each. */
final class RunBench {

  /** The settings of the inputs' types and shapes, and of where their values come from. */
  static final String INPUTS = "inputs";

  static final String VALUES = "values";

  private static final String ROW = "%-9s %8s %8s  %38s %9s %9s %9s%n";

  /**
   * What was measured.
   *
   * @param inputs the inputs' types and shapes, as the first device had them
   */
  record Result(String inputs, BenchResult measured) {}

  private RunBench() {}

  /**
   * Measures.
   *
   * @param arrays values of inputs; the others are random
   * @param seed where the random numbers start
   * @param clock gives nanoseconds, as {@link System#nanoTime()} does
   * @throws io.github.npu4j.error.NpuException if no device can run the model; one that can't gets
   *     a row with the reason
   */
  static Result run(
      Plan plan,
      TensorShapes shapes,
      RunInputs arrays,
      long seed,
      Opener<TensorRun.Opened> opener,
      LongSupplier clock) {
    try (Turns<TensorRun> turns =
        new Turns<>(plan, Set.of(), device -> new TensorRun(device, opener, clock), clock)) {
      turns.open();
      Map<String, Shape> fixed = new HashMap<>();
      for (TensorRun run : turns.running()) {
        TensorShapes.fixed(shapes.graphOf(run.subject().model())).forEach(fixed::putIfAbsent);
      }
      turns.each(run -> run.bind(shapes, fixed, arrays, seed));
      turns.measure(plan);
      TensorRun reference = turns.running().getFirst();
      return new Result(
          describe(reference.inputs()),
          new BenchResult(turns.rounds(), turns.results(run -> run.result(reference))));
    }
  }

  private static String describe(List<TensorSpec> inputs) {
    return inputs.stream().map(TensorSpec::toString).collect(Collectors.joining(", "));
  }

  /** Prints the result for people: a row for each device. */
  static void print(PrintStream out, BenchRun run) {
    out.printf(
        "%s: %s runs after %s s of warm-up on each device; %s (%s)%n",
        run.model().name(),
        run.setting(BenchRun.ROUNDS),
        run.setting(BenchSettings.WARM_UP),
        run.setting(INPUTS),
        run.setting(VALUES));
    out.printf(ROW, "", "load", "first", "run", "runs", "KB a", "least");
    out.printf(
        ROW, "device", "ms", "ms", "p50 / p90 / p99 / p99.9 ms", "a second", "run", "cosine");
    BenchTable.print(out, run.devices(), RunBench::print);
  }

  private static void print(PrintStream out, DeviceResult device) {
    double first = device.stacks().getFirst().phases().getLast().millis().p50();
    out.printf(
        ROW,
        device.device(),
        BenchTable.number("%.1f", device.stacks().getFirst().millis() - first),
        BenchTable.number("%.1f", first),
        BenchTable.fourPercentiles(device.main()),
        BenchTable.figure("%.1f", device, TensorRun.RATE),
        BenchTable.kilobytes(device, TensorRun.BYTES),
        BenchTable.figure("%.6f", device, TensorRun.COSINE));
  }
}
