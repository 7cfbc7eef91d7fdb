package io.github.npu4j.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LatencyTest {

  private int executions;

  @Test
  void theFirstOfSeveralExecutionsIsNotCounted() {
    Latency latency = Latency.measure(5, () -> executions++);
    assertEquals(6, executions);
    assertEquals(5, latency.runs());
    assertTrue(latency.min() <= latency.p50() && latency.p50() <= latency.max());
  }

  @Test
  void oneExecutionIsMeasuredCold() {
    assertEquals(1, Latency.measure(1, () -> executions++).runs());
    assertEquals(1, executions);
    assertThrows(IllegalArgumentException.class, () -> Latency.measure(0, () -> executions++));
  }
}
