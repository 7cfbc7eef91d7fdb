package io.github.npu4j.bench;

import java.util.Arrays;

/**
 * Samples of one thing measured in one round.
 *
 * @param benchmark what was measured, such as {@code CallOverhead}
 * @param subject on what: a graph, a file
 * @param rival who did it
 * @param unit of every sample
 * @param samples at least one, in the order taken
 */
record Series(String benchmark, String subject, String rival, String unit, double[] samples) {

  /** What says that two series measured the same thing in two rounds. */
  record Key(String benchmark, String subject, String rival, String unit)
      implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      return toString().compareTo(other.toString());
    }
  }

  Series {
    if (samples.length == 0) {
      throw new IllegalArgumentException(
          benchmark + " " + subject + " " + rival + " has no samples");
    }
  }

  Key key() {
    return new Key(benchmark, subject, rival, unit);
  }

  /** This series with the samples of another one behind its own. */
  Series with(Series other) {
    double[] both = Arrays.copyOf(samples, samples.length + other.samples.length);
    System.arraycopy(other.samples, 0, both, samples.length, other.samples.length);
    return new Series(benchmark, subject, rival, unit, both);
  }

  double median() {
    return quantile(samples, 0.5);
  }

  /** How many medians the 99th percentile is. */
  double tail() {
    return quantile(samples, 0.99) / median();
  }

  /**
   * The quantile {@code q} in [0, 1] of {@code values}, linear between neighbours (type 7 of Hyndman
   * and Fan, 1996).
   */
  static double quantile(double[] values, double q) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double position = q * (sorted.length - 1);
    int below = (int) Math.floor(position);
    int above = (int) Math.ceil(position);
    return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
  }
}
