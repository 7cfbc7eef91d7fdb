package io.github.npu4j.cli;

import io.github.npu4j.engine.Placement;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.report.Percentiles;
import io.github.npu4j.report.Samples;
import io.github.npu4j.report.ThreadAllocation;
import io.github.npu4j.runtime.Device;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One device of a benchmark: the model there, and what was measured with it so far.
 *
 * @param <S> the model
 * @param <A> what it answers to a text
 */
abstract class DeviceRun<S extends DeviceRun.Subject, A> implements AutoCloseable {

  private static final double NANOS_IN_MILLI = 1e6;

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
  private long allocated;
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
  abstract A answer(String text);

  /**
   * Keeps of a measured answer what is compared or counted; not measured itself.
   *
   * @param text the number of the text
   */
  abstract void keep(int text, A answer);

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

  /** Answers texts for so long, at least one; only the first answer's time is kept. */
  final void warmUp(List<String> texts, long nanos) {
    long begin = clock.getAsLong();
    answer(texts.getFirst());
    firstNanos = clock.getAsLong() - begin;
    for (int i = 1; clock.getAsLong() - begin < nanos; i++) {
      answer(texts.get(i % texts.size()));
    }
  }

  /** Answers each text once, and measures it. */
  final void round(List<String> texts) {
    for (int i = 0; i < texts.size(); i++) {
      ThreadAllocation allocation = ThreadAllocation.begin();
      long begin = clock.getAsLong();
      A answer = answer(texts.get(i));
      long nanos = clock.getAsLong() - begin;
      OptionalLong bytes = allocation.bytes();
      allocationKnown &= bytes.isPresent();
      allocated += bytes.orElse(0);
      wholeNanos += nanos;
      count++;
      whole.record(nanos);
      keep(i, answer);
    }
  }

  /** Takes the device out, for a reason. */
  final void leave(NpuException failure) {
    reason = failure.why().isEmpty() ? failure.what() : failure.what() + ": " + failure.why();
    close();
  }

  /** Returns the milliseconds until the model was open. */
  final double loadMillis() {
    return loadNanos / NANOS_IN_MILLI;
  }

  /** Returns the milliseconds of the first answer. */
  final double firstMillis() {
    return firstNanos / NANOS_IN_MILLI;
  }

  /** Returns what the measured answers took, of which there is at least one. */
  final Percentiles whole() {
    return whole.percentiles().orElseThrow();
  }

  /** Returns how many answers were measured. */
  final long count() {
    return count;
  }

  /** Returns how many of so many things, made in all measured answers, were made in a second. */
  final double perSecond(long things) {
    return things * 1e9 / Math.max(1, wholeNanos);
  }

  /** Returns what an answer allocates on average; null if this JVM does not count it. */
  final @Nullable Long bytesPerAnswer() {
    return allocationKnown ? allocated / count : null;
  }

  @Override
  public final void close() {
    if (subject != null) {
      subject.close();
      subject = null;
    }
  }
}
