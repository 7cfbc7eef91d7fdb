package io.github.npu4j.report;

import java.util.Arrays;
import java.util.List;

/**
 * How many durations fall between each two of a row of edges that grow by the same factor.
 *
 * @param edges in milliseconds, one more than there are counts
 * @param counts durations from an edge up to the next; the last count takes its upper edge too
 * @param longer how many durations are above the last edge
 */
public record Histogram(List<Double> edges, List<Integer> counts, int longer) {

  /** The narrowest a bin may be, as a factor: clocks tell no more. */
  private static final double LEAST_STEP = 1.0001;

  /** Takes copies of the lists. */
  public Histogram {
    edges = List.copyOf(edges);
    counts = List.copyOf(counts);
  }

  /**
   * Counts durations in bins.
   *
   * @param nanos durations in nanoseconds
   * @param from the first edge in milliseconds, above 0; durations below it count as it
   * @param to the last edge in milliseconds; taken a little higher if it is not above the first
   * @param bins how many, at least one
   */
  public static Histogram of(long[] nanos, double from, double to, int bins) {
    double step = Math.max(Math.log(to / from) / bins, Math.log(LEAST_STEP));
    int[] counts = new int[bins];
    int longer = 0;
    for (long duration : nanos) {
      double millis = duration / 1e6;
      int bin = millis <= from ? 0 : (int) Math.floor(Math.log(millis / from) / step);
      if (bin < bins) {
        counts[bin]++;
      } else if (millis <= to) {
        counts[bins - 1]++; // rounding put the last edge itself beyond it
      } else {
        longer++;
      }
    }
    Double[] edges = new Double[bins + 1];
    for (int i = 0; i <= bins; i++) {
      edges[i] = from * Math.exp(step * i);
    }
    return new Histogram(Arrays.asList(edges), Arrays.stream(counts).boxed().toList(), longer);
  }

  /** Returns the largest count of a bin. */
  public int highest() {
    return counts.stream().mapToInt(Integer::intValue).max().orElse(0);
  }
}
