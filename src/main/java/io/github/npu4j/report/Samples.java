package io.github.npu4j.report;

import java.util.Optional;
import org.HdrHistogram.Histogram;

/**
 * Durations of one kind of work, kept as a histogram whose figures are exact to three digits.
 *
 * <p>Recording allocates only when a duration is longer than all before it. For one thread.
 */
public final class Samples {

  private static final int DIGITS = 3;
  private static final double NANOS_IN_MILLI = 1e6;

  private final Histogram nanos = new Histogram(DIGITS);

  /**
   * Adds a duration.
   *
   * @param duration in nanoseconds
   * @throws IllegalArgumentException if it is negative
   */
  public void record(long duration) {
    if (duration < 0) {
      throw new IllegalArgumentException(duration + " ns is no duration");
    }
    nanos.recordValue(duration);
  }

  /** Returns the percentiles of what was recorded; empty if that is nothing. */
  public Optional<Percentiles> percentiles() {
    return nanos.getTotalCount() == 0
        ? Optional.empty()
        : Optional.of(new Percentiles(nanos.getTotalCount(), at(50), at(90), at(99), at(99.9)));
  }

  private double at(double percentile) {
    return nanos.getValueAtPercentile(percentile) / NANOS_IN_MILLI;
  }
}
