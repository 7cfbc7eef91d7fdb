package io.github.npu4j.measure;

import io.github.npu4j.engine.Model;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** Executes a graph of tensors on several devices and measures each. */
public final class TensorBenchmark {

  /** The name of the benchmark. */
  public static final String NAME = "run";

  /** The series of executions. */
  public static final String EXECUTION = "run";

  /** The figure of what an execution allocates on the Java heap, by median, where it is counted. */
  public static final String BYTES = "bytesPerRun";

  /** The figure of all executions, one after the other, by their whole time. */
  public static final String RATE = "runsPerSecond";

  /**
   * The figure of the least cosine of an output with the first device's, where both had the same
   * inputs.
   */
  public static final String COSINE = "leastCosine";

  /** The setting of the inputs' types and shapes, as the first device had them. */
  public static final String INPUTS = "inputs";

  /** The setting of where the inputs' values come from: the plan's input. */
  public static final String VALUES = "values";

  private TensorBenchmark() {}

  /**
   * Measures how a model executes. Memory is bound once and executed many times.
   *
   * @param plan its only input says in words where the values come from
   * @param shapes which graph is executed, and its sizes
   * @param arrays values of inputs; the others are random, the same on every device
   * @param seed where the random numbers start
   * @param opener opens the model on a device; it is closed here
   * @return a result for each device; one that can't run the model has the reason
   * @throws io.github.npu4j.error.NpuException if no device can run the model
   * @throws java.util.concurrent.CancellationException if the thread was interrupted
   */
  public static BenchmarkResult measure(
      BenchmarkPlan plan,
      TensorShapes shapes,
      TensorInputs arrays,
      long seed,
      Function<Device, Model> opener,
      BenchmarkProgress progress) {
    LongSupplier clock = System::nanoTime;
    try (InterleavedBenchmark<TensorMeasurement> benchmark =
        new InterleavedBenchmark<>(
            plan,
            Set.of(),
            device ->
                new TensorMeasurement(
                    device, on -> new TensorMeasurement.Opened(opener.apply(on)), clock),
            clock,
            progress)) {
      benchmark.open();
      // A compiled graph has one size: what other devices leave open follows it, so that all of
      // them do the same work.
      Map<String, Shape> fixed = new HashMap<>();
      for (TensorMeasurement one : benchmark.running()) {
        TensorShapes.fixed(shapes.graphOf(one.model().model())).forEach(fixed::putIfAbsent);
      }
      benchmark.each(one -> one.bind(shapes, fixed, arrays, seed));
      benchmark.measure();
      TensorMeasurement reference = benchmark.running().getFirst();
      Map<String, String> settings = BenchmarkResult.settings(plan, benchmark.rounds());
      settings.put(INPUTS, describe(reference.inputs()));
      settings.put(VALUES, String.join("; ", plan.inputs()));
      return new BenchmarkResult(NAME, settings, benchmark.results(one -> one.result(reference)));
    }
  }

  private static String describe(List<TensorSpec> inputs) {
    return inputs.stream().map(TensorSpec::toString).collect(Collectors.joining(", "));
  }
}
