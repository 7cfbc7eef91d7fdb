package io.github.npu4j.cli;

import io.github.npu4j.engine.Placement;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.report.DeviceResult;
import io.github.npu4j.report.Samples;
import io.github.npu4j.report.Series;
import io.github.npu4j.report.Stack;
import io.github.npu4j.report.ThreadAllocation;
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
 * @param <S> the model
 * @param <A> what it answers
 */
abstract class DeviceRun<S extends DeviceRun.Subject, A> implements AutoCloseable {

  /** A model on one device. */
  interface Subject extends AutoCloseable {
    Placement placement();

    @Override
    void close();
  }

  /** Opens a model on a device, or throws an {@link NpuException}. */
  interface Opener<S extends Subject> {
    S open(Device device);
  }

  private final Device device;
  private final Opener<S> opener;
  private final LongSupplier clock;
  private final Samples whole = new Samples();

  private @Nullable S subject;
  private String reason = "";
  private long loadNanos;
  private long firstNanos;
  private long wholeNanos;
  private long count;
  private final Samples allocated = new Samples();
  private boolean allocationKnown = true;

  /**
   * Makes a run that is not open.
   *
   * @param clock gives nanoseconds, as {@link System#nanoTime()} does
   */
  DeviceRun(Device device, Opener<S> opener, LongSupplier clock) {
    this.device = device;
    this.opener = opener;
    this.clock = clock;
  }

  /** Does the work that is measured. */
  abstract A answer(String question);

  /**
   * Keeps of a measured answer what is compared or counted; not measured itself.
   *
   * @param question the number of the question
   */
  abstract void keep(int question, A answer);

  final Device device() {
    return device;
  }

  /** Returns whether the device takes part. */
  final boolean runs() {
    return subject != null;
  }

  /** Returns why the device takes no part; empty if it does. */
  final String reason() {
    return reason;
  }

  /** Returns the open model. */
  final S subject() {
    if (subject == null) {
      throw new IllegalStateException(device + " is not open");
    }
    return subject;
  }

  /** Opens the model. */
  final void open() {
    long begin = clock.getAsLong();
    subject = opener.open(device);
    loadNanos = clock.getAsLong() - begin;
  }

  /** Answers questions for so long, at least one; only the first answer's time is kept. */
  void warmUp(List<String> questions, long nanos) {
    long begin = clock.getAsLong();
    answer(questions.getFirst());
    firstNanos = clock.getAsLong() - begin;
    for (int i = 1; clock.getAsLong() - begin < nanos; i++) {
      answer(questions.get(i % questions.size()));
    }
  }

  /** Answers each question once, and measures it. */
  void round(List<String> questions) {
    for (int i = 0; i < questions.size(); i++) {
      ThreadAllocation allocation = ThreadAllocation.begin();
      long begin = clock.getAsLong();
      A answer = answer(questions.get(i));
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

  /** Returns how many of so many things, made in all measured answers, were made in a second. */
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
    Placement placement = subject().placement();
    return new DeviceResult(
        device.toString(),
        true,
        "",
        Turns.note(device),
        placement.engine().label(),
        placement.detail(),
        figures,
        stacks,
        series);
  }

  @Override
  public final void close() {
    if (subject != null) {
      subject.close();
      subject = null;
    }
  }
}
