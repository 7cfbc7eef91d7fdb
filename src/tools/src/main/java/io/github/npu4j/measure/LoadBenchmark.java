package io.github.npu4j.measure;

import io.github.npu4j.engine.Model;
import io.github.npu4j.measure.DeviceMeasurement.Opener;
import io.github.npu4j.runtime.Device;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Loads a model on several devices, executes it once, closes it, and measures each step. */
public final class LoadBenchmark {

  /** The name of the benchmark. */
  public static final String NAME = "load";

  /** The series of whole lives: until the model could run, the execution, and the end. */
  public static final String WHOLE = "load, run, close";

  /** The series of loads, until the model can run. */
  public static final String LOAD = "load";

  /** The series and the phase of the one execution after a load, on zeros. */
  public static final String FIRST_RUN = "first run";

  /** The series and the phase of the end, until everything was given back. */
  public static final String CLOSE = "close";

  /**
   * The figure of what a load, an execution and the end allocate on the Java heap, by median, where
   * the JVM counts it.
   */
  public static final String BYTES = "bytesPerLoad";

  /** The stack of the very first load, when the libraries come too. */
  public static final String FIRST = "first in this process";

  /** The stack of the later loads. */
  public static final String LATER = "later, median";

  private LoadBenchmark() {}

  /**
   * Measures how a model loads.
   *
   * @param plan the names of its inputs are not used
   * @param shapes which graph is executed once, and its sizes
   * @param opener returns what opens the model on a device, again and again; each is closed here
   * @return a result for each device; one that can't load the model has the reason
   * @throws io.github.npu4j.error.NpuException if no device can load the model
   * @throws java.util.concurrent.CancellationException if the thread was interrupted
   */
  public static BenchmarkResult measure(
      BenchmarkPlan plan,
      TensorShapes shapes,
      Function<Device, Supplier<Model>> opener,
      BenchmarkProgress progress) {
    Opener<LoadMeasurement.Loader> loader =
        device -> {
          Supplier<Model> open = opener.apply(device);
          return LoadMeasurement.Loader.of(() -> LoadTimes.measure(open, shapes));
        };
    LongSupplier clock = System::nanoTime;
    try (InterleavedBenchmark<LoadMeasurement> benchmark =
        new InterleavedBenchmark<>(
            plan,
            Set.of(),
            device -> new LoadMeasurement(device, loader, clock),
            clock,
            progress)) {
      benchmark.open();
      benchmark.measure();
      return new BenchmarkResult(
          NAME,
          BenchmarkResult.settings(plan, benchmark.rounds()),
          benchmark.results(LoadMeasurement::result));
    }
  }
}
