package io.github.npu4j.measure;

import java.util.Arrays;

/**
 * So large a share of the durations is not above each of these, in milliseconds; each is one of the
 * durations.
 *
 * @param count how many durations there are
 * @param min the shortest
 * @param p50 half of them
 * @param p90 nine tenths
 * @param p99 99 of 100
 * @param p999 999 of 1,000
 * @param max the longest
 */
public record Percentiles(
    long count, double min, double p50, double p90, double p99, double p999, double max) {

  private static final double NANOS_IN_MILLI = 1e6;

  /**
   * Returns the percentiles of durations.
   *
   * @param nanos at least one duration in nanoseconds, in any order
   */
  public static Percentiles of(long[] nanos) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return new Percentiles(
        sorted.length,
        sorted[0] / NANOS_IN_MILLI,
        at(sorted, 0.5),
        at(sorted, 0.9),
        at(sorted, 0.99),
        at(sorted, 0.999),
        sorted[sorted.length - 1] / NANOS_IN_MILLI);
  }

  /**
   * Returns the place of a percentile among sorted durations.
   *
   * @param count how many there are
   * @param share from above 0 to 1
   */
  public static int place(int count, double share) {
    // A share such as 0.99 is not exact: 0.99 x 100 may not be lifted above 99 by its last bit.
    return Math.clamp((long) Math.ceil(share * count - 1e-9) - 1, 0, count - 1);
  }

  private static double at(long[] sorted, double share) {
    return sorted[place(sorted.length, share)] / NANOS_IN_MILLI;
  }
}
