package io.github.npu4j.measure;

import java.util.Arrays;

/** Durations, or other amounts, of one kind of work as they come; each is kept. For one thread. */
final class Samples {

  private long[] nanos = new long[256];
  private int count;

  /**
   * Adds a duration.
   *
   * @param duration in nanoseconds
   * @throws IllegalArgumentException if it is negative
   */
  void record(long duration) {
    if (duration < 0) {
      throw new IllegalArgumentException(duration + " ns is no duration");
    }
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * count);
    }
    nanos[count++] = duration;
  }

  /** Returns whether nothing was recorded. */
  boolean isEmpty() {
    return count == 0;
  }

  /**
   * Returns the amount that half of the recorded ones are not above.
   *
   * @throws IllegalStateException if nothing was recorded
   */
  long median() {
    if (count == 0) {
      throw new IllegalStateException("nothing was recorded");
    }
    long[] sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    return sorted[Percentiles.place(count, 0.5)];
  }

  /**
   * Returns what was recorded so far.
   *
   * @param name what was done
   * @param items how many things of its kind each duration was for
   * @throws IllegalArgumentException if nothing was recorded
   */
  Series series(String name, int items) {
    return Series.of(name, items, Arrays.copyOf(nanos, count));
  }
}
