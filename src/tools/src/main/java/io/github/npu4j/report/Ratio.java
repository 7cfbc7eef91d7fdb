package io.github.npu4j.report;

import io.github.npu4j.measure.Percentiles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How much longer something takes than before, and how sure that is.
 *
 * @param value the later percentile divided by the earlier one
 * @param low so much at least, as far as the noise within both runs tells
 * @param high so much at most
 */
public record Ratio(double value, double low, double high) {

  /** The share of intervals that hold the true ratio; the rest are false alarms. */
  public static final double CONFIDENCE = 0.999;

  /** Two processes differ by that much for no reason but their memory's layout. */
  public static final double LEAST = 0.01;

  private static final int DRAWS = 5000;

  /** Draws are as many as that only of few durations, for time's sake. */
  private static final long MOST_WORK = 100_000_000;

  private static final int FEWEST_DRAWS = 2000;

  private static final long SEED = 20260101;

  /**
   * Returns whether the difference is surely more than {@link #LEAST}, given the noise in both
   * runs.
   */
  public boolean exceedsNoise() {
    return low > 1 + LEAST || high < 1 - LEAST;
  }

  /**
   * Compares percentiles of durations by bootstrap intervals.
   *
   * @param before the earlier durations in nanoseconds, in the order they were measured
   * @param beforeRound how many of them make a round; a divisor of their number
   * @param after the later ones
   * @param afterRound how many of those make a round
   * @param shares the percentiles, ascending, from above 0 to 1
   * @return a ratio for each share; the same for the same durations
   */
  static List<Ratio> of(
      long[] before, int beforeRound, long[] after, int afterRound, double... shares) {
    Bootstrap earlier = new Bootstrap(before, beforeRound, SEED);
    Bootstrap later = new Bootstrap(after, afterRound, SEED + 1);
    long affordable = MOST_WORK / (before.length + after.length);
    int draws = Math.clamp(affordable, FEWEST_DRAWS, DRAWS);
    double[][] ratios = new double[shares.length][draws];
    long[] one = new long[shares.length];
    long[] other = new long[shares.length];
    for (int draw = 0; draw < draws; draw++) {
      earlier.draw(shares, one);
      later.draw(shares, other);
      for (int i = 0; i < shares.length; i++) {
        ratios[i][draw] = ratio(one[i], other[i]);
      }
    }
    List<Ratio> result = new ArrayList<>();
    for (int i = 0; i < shares.length; i++) {
      Arrays.sort(ratios[i]);
      double tail = (1 - CONFIDENCE) / 2;
      result.add(
          new Ratio(
              ratio(earlier.measured(shares[i]), later.measured(shares[i])),
              ratios[i][Percentiles.place(draws, tail)],
              ratios[i][Percentiles.place(draws, 1 - tail)]));
    }
    return List.copyOf(result);
  }

  /** A clock that did not move in between makes durations of 0: they count as a nanosecond. */
  private static double ratio(long before, long after) {
    return (double) Math.max(1, after) / Math.max(1, before);
  }
}
