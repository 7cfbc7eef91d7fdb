package io.github.npu4j.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.measure.Percentiles;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HistogramTest {

  private static final long MILLI = 1_000_000;

  @Test
  void edgesGrowByTheSameFactor() {
    long[] nanos = {MILLI, 3 * MILLI, 4 * MILLI, 5 * MILLI, 16 * MILLI, 17 * MILLI};
    Histogram histogram = Histogram.of(nanos, 1, 16, 4);
    for (int i = 0; i < 5; i++) {
      assertEquals(1 << i, histogram.edges().get(i), 1e-9);
    }
    assertEquals(List.of(1, 1, 2, 1), histogram.counts());
    assertEquals(1, histogram.longer());
    assertEquals(2, histogram.highest());
  }

  @Test
  void everyDurationIsCountedOnce() {
    SplittableRandom random = new SplittableRandom(3);
    for (int round = 0; round < 200; round++) {
      long[] nanos =
          random.longs(1 + random.nextInt(300), 1, 1L << random.nextInt(2, 50)).toArray();
      Percentiles millis = Percentiles.of(nanos);
      Histogram whole = Histogram.of(nanos, millis.min(), millis.max(), 1 + random.nextInt(40));
      int sum = whole.counts().stream().mapToInt(Integer::intValue).sum();
      assertEquals(nanos.length, sum + whole.longer());
      assertEquals(0, whole.longer());
      Histogram part = Histogram.of(nanos, millis.min(), millis.p99(), 12);
      assertTrue(part.longer() <= nanos.length / 100, part.longer() + " of " + nanos.length);
    }
  }

  @Test
  void durationsThatAreAllTheSameFillOneBin() {
    long[] nanos = {5 * MILLI, 5 * MILLI, 5 * MILLI};
    Histogram histogram = Histogram.of(nanos, 5, 5, 10);
    assertEquals(3, histogram.counts().getFirst());
    assertEquals(0, histogram.longer());
  }
}
