package io.github.npu4j.measure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SamplesTest {

  @Test
  void percentilesAreInMillisecondsAndExact() {
    Samples samples = new Samples();
    for (int micros = 1000; micros >= 1; micros--) {
      samples.record(micros * 1000L);
    }
    Percentiles millis = samples.series("a", 1).millis();
    assertEquals(new Percentiles(1000, 0.001, 0.5, 0.9, 0.99, 0.999, 1), millis);
  }

  @Test
  void aMinuteAndANanosecondAreKeptBeside() {
    Samples samples = new Samples();
    samples.record(1);
    samples.record(60_000_000_000L);
    Percentiles millis = samples.series("a", 1).millis();
    assertEquals(1e-6, millis.p50());
    assertEquals(60_000, millis.p90());
  }

  @Test
  void nothingHasNoPercentilesAndNoDurationIsNegative() {
    Samples samples = new Samples();
    assertThrows(IllegalArgumentException.class, () -> samples.record(-1));
    assertTrue(samples.isEmpty());
    assertThrows(IllegalArgumentException.class, () -> samples.series("a", 1));
    assertThrows(IllegalArgumentException.class, () -> Series.of("a", 1, 3, -1));
    assertThrows(IllegalArgumentException.class, () -> Series.of("a", 0, 3));
  }

  @Test
  void everyDurationIsKeptInItsOrder() {
    Samples samples = new Samples();
    long[] expected = new SplittableRandom(7).longs(5000, 0, 1L << 40).toArray();
    for (long duration : expected) {
      samples.record(duration);
    }
    Series series = samples.series("a", 4);
    assertArrayEquals(expected, series.nanos());
    series.nanos()[0] = -1;
    assertArrayEquals(expected, series.nanos());
    double seconds = LongStream.of(expected).sum() / 1e9;
    assertEquals(4 * 5000 / seconds, series.perSecond(), 1e-9 * series.perSecond());
  }
}
