package io.github.npu4j.measure;

import io.github.npu4j.engine.Placement;
import io.github.npu4j.measure.DeviceMeasurement.Opener;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.text.Embedder;
import io.github.npu4j.text.Role;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Embeds the same texts on several devices, one at a time and in batches, and measures each. */
public final class EmbedBenchmark {

  /** The name of the benchmark. */
  public static final String NAME = "embed";

  /** The series of single texts. */
  public static final String TEXT = "text";

  /**
   * The figure of what a text allocates on the Java heap, by median, the tokenizer's share counted,
   * where the JVM counts it.
   */
  public static final String BYTES = "bytesPerText";

  /** The figure of all single texts, one after the other, by their whole time. */
  public static final String RATE = "textsPerSecond";

  /** The figure of the least cosine of a text's vector with the CPU's. */
  public static final String COSINE = "leastCosine";

  private EmbedBenchmark() {}

  /** Returns the name of the series of {@code size} texts at once. */
  public static String batch(int size) {
    return "batch of " + size;
  }

  /**
   * Measures an embedding model.
   *
   * @param plan with the CPU as its first device, and texts as its inputs
   * @param batches how many texts to give at once too, after the single ones in each round
   * @param opener opens the model on a device; it is closed here
   * @return a result for each device; one that can't run the model has the reason
   * @throws io.github.npu4j.error.NpuException if the CPU can't run the model
   * @throws IllegalArgumentException if the CPU is not the first of the devices
   * @throws java.util.concurrent.CancellationException if the thread was interrupted
   */
  public static BenchmarkResult measure(
      BenchmarkPlan plan,
      List<Integer> batches,
      Function<Device, Embedder> opener,
      BenchmarkProgress progress) {
    return measure(
        plan, batches, device -> Opened.of(opener.apply(device)), System::nanoTime, progress);
  }

  /**
   * Measures whatever embeds.
   *
   * @param clock gives nanoseconds, as {@link System#nanoTime()} does
   */
  static BenchmarkResult measure(
      BenchmarkPlan plan,
      List<Integer> batches,
      Opener<EmbedMeasurement.Encoder> opener,
      LongSupplier clock,
      BenchmarkProgress progress) {
    plan.requireCpuFirst();
    try (InterleavedBenchmark<EmbedMeasurement> benchmark =
        new InterleavedBenchmark<>(
            plan,
            Set.of(Device.CPU),
            device -> new EmbedMeasurement(device, opener, batches, clock),
            clock,
            progress)) {
      benchmark.open();
      benchmark.measure();
      return new BenchmarkResult(
          NAME,
          BenchmarkResult.textSettings(plan, benchmark.rounds()),
          benchmark.results(one -> one.result(benchmark.first())));
    }
  }

  /** An embedder, and where its vectors go: into one array, so that none is allocated a text. */
  private record Opened(Embedder embedder, float[] vector) implements EmbedMeasurement.Encoder {

    static Opened of(Embedder embedder) {
      return new Opened(embedder, new float[embedder.dimensions()]);
    }

    @Override
    public Placement placement() {
      return embedder.placement();
    }

    @Override
    public float[] embed(String text) {
      embedder.embedInto(text, Role.NONE, vector, 0);
      return vector;
    }

    @Override
    public List<float[]> embedAll(List<String> texts) {
      return embedder.embedAll(texts);
    }

    @Override
    public void close() {
      embedder.close();
    }
  }
}
