package io.github.npu4j.measure;

/**
 * How long one kind of work took, each time that it was measured.
 *
 * @param name what was done, such as {@code text} or {@code batch of 8}
 * @param items how many things, such as texts, each duration was for
 * @param millis the percentiles of the durations
 * @param nanos the durations in nanoseconds, in the order they were measured
 */
public record Series(String name, int items, Percentiles millis, long[] nanos) {

  /** Takes a copy of the durations. */
  public Series {
    nanos = nanos.clone();
  }

  /**
   * Makes a series of durations.
   *
   * @param nanos at least one duration in nanoseconds, in the order they were measured
   * @throws IllegalArgumentException if there is none, one is negative, or {@code items} is not
   *     above 0
   */
  public static Series of(String name, int items, long... nanos) {
    if (nanos.length == 0 || items < 1) {
      throw new IllegalArgumentException(name + " was not measured");
    }
    for (long duration : nanos) {
      if (duration < 0) {
        throw new IllegalArgumentException(duration + " ns is no duration");
      }
    }
    return new Series(name, items, Percentiles.of(nanos), nanos);
  }

  /** Returns a copy of the durations. */
  @Override
  public long[] nanos() {
    return nanos.clone();
  }

  /** Returns how many things were done in a second of the measured time. */
  public double perSecond() {
    double total = 0;
    for (long duration : nanos) {
      total += duration;
    }
    return items * (double) nanos.length * 1e9 / Math.max(1, total);
  }
}
