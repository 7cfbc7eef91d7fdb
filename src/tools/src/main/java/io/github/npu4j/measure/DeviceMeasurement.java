package io.github.npu4j.measure;

import io.github.npu4j.engine.Placement;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.runtime.Device;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One device of a benchmark: the model there, and what was measured with it so far.
 *
 * <p>Subclasses say what is done with an input and which figures come of it. For one thread.
 *
 * @param <S> the open model
 * @param <A> what it answers
 */
abstract class DeviceMeasurement<S extends DeviceMeasurement.OpenModel, A>
    implements AutoCloseable {

  /** A model that is open on one device. */
  interface OpenModel extends AutoCloseable {
    Placement placement();

    @Override
    void close();
  }

  /** Opens a model on a device, or throws an {@link NpuException}. */
  interface Opener<S extends OpenModel> {
    S open(Device device);
  }

  private final Device device;
  private final Opener<S> opener;
  private final LongSupplier clock;
  private final Samples whole = new Samples();

  private @Nullable S model;
  private String reason = "";
  private long loadNanos;
  private long firstNanos;
  private long wholeNanos;
  private long count;
  private final Samples allocated = new Samples();
  private boolean allocationKnown = true;

  /**
   * Makes a measurement whose model is not open.
   *
   * @param clock gives nanoseconds, as {@link System#nanoTime()} does
   */
  DeviceMeasurement(Device device, Opener<S> opener, LongSupplier clock) {
    this.device = device;
    this.opener = opener;
    this.clock = clock;
  }

  /** Does the work that is measured. */
  abstract A answer(String input);

  /**
   * Keeps of a measured answer what is compared or counted; not measured itself.
   *
   * @param input the number of the input
   */
  abstract void keep(int input, A answer);

  final Device device() {
    return device;
  }

  /** Returns whether the device takes part. */
  final boolean isOpen() {
    return model != null;
  }

  /** Returns why the device takes no part; empty if it does. */
  final String reason() {
    return reason;
  }

  /** Returns the open model. */
  final S model() {
    if (model == null) {
      throw new IllegalStateException(device + " is not open");
    }
    return model;
  }

  /** Opens the model. */
  final void open() {
    long begin = clock.getAsLong();
    model = opener.open(device);
    loadNanos = clock.getAsLong() - begin;
  }

  /** Answers inputs for so long, at least one; only the first answer's time is kept. */
  void warmUp(List<String> inputs, long nanos) {
    long begin = clock.getAsLong();
    answer(inputs.getFirst());
    firstNanos = clock.getAsLong() - begin;
    for (int i = 1; clock.getAsLong() - begin < nanos; i++) {
      answer(inputs.get(i % inputs.size()));
    }
  }

  /**
   * Answers each input once, and measures it. What is done with the answer lies outside of what the
   * clock and the count of allocated bytes see.
   */
  void round(List<String> inputs) {
    for (int i = 0; i < inputs.size(); i++) {
      ThreadAllocation allocation = ThreadAllocation.begin();
      long begin = clock.getAsLong();
      A answer = answer(inputs.get(i));
      long nanos = clock.getAsLong() - begin;
      OptionalLong bytes = allocation.bytes();
      allocationKnown &= bytes.isPresent();
      allocated.record(bytes.orElse(0));
      wholeNanos += nanos;
      count++;
      whole.record(nanos);
      keep(i, answer);
    }
  }

  /** Returns the time by the clock of the benchmark, in nanoseconds. */
  final long now() {
    return clock.getAsLong();
  }

  /** Takes the device out, for a reason. */
  final void leave(NpuException failure) {
    reason = failure.why().isEmpty() ? failure.what() : failure.what() + ": " + failure.why();
    close();
  }

  /**
   * Returns what the measured answers took, of which there is at least one.
   *
   * @param name what to call an answer
   */
  final Series whole(String name) {
    return whole.series(name, 1);
  }

  /** Returns the nanoseconds until the model was open. */
  final long openNanos() {
    return loadNanos;
  }

  /** Returns the nanoseconds of the first answer. */
  final long firstNanos() {
    return firstNanos;
  }

  /**
   * Returns what it took to open the model and to answer for the first time.
   *
   * @param answer what to call an answer
   */
  final Stack firstUse(String answer) {
    return new Stack(
        "first use",
        List.of(Series.of("open", 1, loadNanos), Series.of("first " + answer, 1, firstNanos)));
  }

  /** Returns how many answers were measured. */
  final long count() {
    return count;
  }

  /**
   * Returns how many things a second were made, if {@code things} were made in all measured
   * answers.
   */
  final double perSecond(long things) {
    return things * 1e9 / Math.max(1, wholeNanos);
  }

  /**
   * Returns figures with the one of allocation before them, if this JVM counts it.
   *
   * @param allocation what to call the bytes that an answer allocates on the Java heap, by median:
   *     what runs for the first time may link classes
   */
  final Map<String, Double> figures(String allocation, Map<String, Double> others) {
    Map<String, Double> figures = new LinkedHashMap<>();
    if (allocationKnown) {
      figures.put(allocation, (double) allocated.median());
    }
    figures.putAll(others);
    return figures;
  }

  /** Returns the result of a device that took part. */
  final DeviceResult result(Map<String, Double> figures, List<Stack> stacks, List<Series> series) {
    Placement placement = model().placement();
    return new DeviceResult(
        device.toString(),
        true,
        "",
        InterleavedBenchmark.note(device),
        placement.engine().label(),
        placement.detail(),
        figures,
        stacks,
        series);
  }

  @Override
  public final void close() {
    if (model != null) {
      model.close();
      model = null;
    }
  }
}
