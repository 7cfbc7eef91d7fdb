package io.github.npu4j.measure;

import org.HdrHistogram.Histogram;

/**
 * How long the same execution took again and again, in milliseconds.
 *
 * @param runs how often it was executed
 * @param min the shortest time
 * @param mean their mean
 * @param p50 half of them are not above
 * @param p90 nine tenths are not above
 * @param p99 99 of 100 are not above
 * @param max the longest time
 */
public record Latency(
    long runs, double min, double mean, double p50, double p90, double p99, double max) {

  private static final double NANOS_IN_MILLI = 1e6;

  /** Decimal digits that a time is exact to; more of them would only be noise. */
  private static final int DIGITS = 3;

  /**
   * Measures an execution, after one that is not counted where there are several: the first one
   * links classes and fills caches.
   *
   * @param repeat how often; 1 measures the very first execution
   * @throws IllegalArgumentException if {@code repeat} is not above 0
   */
  public static Latency measure(int repeat, Runnable execution) {
    if (repeat < 1) {
      throw new IllegalArgumentException("can't measure " + repeat + " executions");
    }
    if (repeat > 1) {
      execution.run();
    }
    Histogram nanos = new Histogram(DIGITS);
    for (int round = 0; round < repeat; round++) {
      long begin = System.nanoTime();
      execution.run();
      nanos.recordValue(System.nanoTime() - begin);
    }
    return new Latency(
        nanos.getTotalCount(),
        nanos.getMinValue() / NANOS_IN_MILLI,
        nanos.getMean() / NANOS_IN_MILLI,
        nanos.getValueAtPercentile(50) / NANOS_IN_MILLI,
        nanos.getValueAtPercentile(90) / NANOS_IN_MILLI,
        nanos.getValueAtPercentile(99) / NANOS_IN_MILLI,
        nanos.getMaxValue() / NANOS_IN_MILLI);
  }
}
