package io.github.npu4j.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SamplesTest {

  @Test
  void percentilesAreInMillisecondsToThreeDigits() {
    Samples samples = new Samples();
    for (int micros = 1000; micros >= 1; micros--) {
      samples.record(micros * 1000L);
    }
    Percentiles millis = samples.percentiles().orElseThrow();
    assertEquals(1000, millis.count());
    assertEquals(0.5, millis.p50(), 0.0005);
    assertEquals(0.9, millis.p90(), 0.0009);
    assertEquals(0.99, millis.p99(), 0.001);
    assertEquals(0.999, millis.p999(), 0.001);
  }

  @Test
  void aMinuteAndANanosecondAreKeptBeside() {
    Samples samples = new Samples();
    samples.record(1);
    samples.record(60_000_000_000L);
    Percentiles millis = samples.percentiles().orElseThrow();
    assertEquals(1e-6, millis.p50(), 1e-9);
    assertEquals(60_000, millis.p90(), 60);
  }

  @Test
  void nothingHasNoPercentilesAndNoDurationIsNegative() {
    Samples samples = new Samples();
    assertThrows(IllegalArgumentException.class, () -> samples.record(-1));
    assertTrue(samples.percentiles().isEmpty());
  }
}
