package io.github.npu4j.report;

import io.github.npu4j.measure.Percentiles;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Draws measured durations again, with replacement, to see how far a percentile may be off.
 *
 * <p>Rounds are drawn in blocks of neighbours, about as many blocks as a block has rounds, because
 * neighbours are alike: what slows a machine down lasts a while (Künsch 1989, in the circular form
 * of Politis and Romano 1992). A round stays whole, so that each question counts as often as it was
 * asked. The same seed draws the same.
 */
final class Bootstrap {

  private final long[] sorted;

  /** The place of each duration among the sorted ones, in the order they were measured. */
  private final int[] places;

  private final int round;
  private final int block;
  private final int[] counts;
  private final SplittableRandom random;

  /**
   * Begins to draw.
   *
   * @param nanos at least one duration in nanoseconds, in the order they were measured
   * @param round how many of them make a round; a divisor of their number
   */
  Bootstrap(long[] nanos, int round, long seed) {
    Integer[] order = new Integer[nanos.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (a, b) -> Long.compare(nanos[a], nanos[b]));
    this.sorted = new long[nanos.length];
    this.places = new int[nanos.length];
    for (int place = 0; place < order.length; place++) {
      sorted[place] = nanos[order[place]];
      places[order[place]] = place;
    }
    this.round = round;
    this.block = round * (int) Math.ceil(Math.sqrt((double) nanos.length / round));
    this.counts = new int[nanos.length];
    this.random = new SplittableRandom(seed);
  }

  /** Returns the percentile of the durations themselves, in nanoseconds. */
  long measured(double share) {
    return sorted[Percentiles.place(sorted.length, share)];
  }

  /**
   * Draws as many durations as there are, once more.
   *
   * @param shares ascending
   * @param percentiles receives the percentile of the drawn durations for each share
   */
  void draw(double[] shares, long[] percentiles) {
    int length = places.length;
    Arrays.fill(counts, 0);
    int drawn = 0;
    while (drawn < length) {
      int next = round * random.nextInt(length / round);
      int end = drawn + Math.min(block, length - drawn);
      for (; drawn < end; drawn++) {
        counts[places[next]]++;
        next = next + 1 == length ? 0 : next + 1;
      }
    }
    int seen = 0;
    int place = -1;
    for (int i = 0; i < shares.length; i++) {
      int wanted = Percentiles.place(length, shares[i]) + 1;
      while (seen < wanted) {
        seen += counts[++place];
      }
      percentiles[i] = sorted[Math.max(place, 0)];
    }
  }
}
