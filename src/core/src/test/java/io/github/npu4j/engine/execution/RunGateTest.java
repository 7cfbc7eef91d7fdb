package io.github.npu4j.engine.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RunGateTest {

  private final RunGate gate = new RunGate("the binding");
  private final AtomicInteger stops = new AtomicInteger();

  @Test
  void letsOneRunAtATimePass() {
    gate.enter();
    IllegalStateException busy = assertThrows(IllegalStateException.class, gate::enter);
    assertTrue(busy.getMessage().contains("another thread"), busy.getMessage());
    assertEquals(RunGate.Abort.NONE, gate.leave(stops::incrementAndGet));
    gate.enter();
    assertEquals(RunGate.Abort.NONE, gate.leave(stops::incrementAndGet));
    assertEquals(0, stops.get());
  }

  @Test
  void tellsTheRunWhyItWasInterrupted() {
    gate.enter();
    gate.interrupt(RunGate.Abort.TIMED_OUT, stops::incrementAndGet);
    gate.interrupt(RunGate.Abort.CANCELLED, stops::incrementAndGet);
    assertEquals(1, stops.get());
    assertEquals(RunGate.Abort.TIMED_OUT, gate.leave(stops::decrementAndGet));
    assertEquals(0, stops.get());
    gate.enter();
    assertEquals(RunGate.Abort.NONE, gate.leave(stops::decrementAndGet));
  }

  @Test
  void forgetsAnInterruptionWithoutARun() {
    gate.interrupt(RunGate.Abort.CANCELLED, stops::incrementAndGet);
    assertEquals(0, stops.get());
    gate.enter();
    assertEquals(RunGate.Abort.NONE, gate.leave(stops::decrementAndGet));
  }

  @Test
  void closeWaitsForTheRun() throws Exception {
    gate.enter();
    CompletableFuture<Boolean> closing = CompletableFuture.supplyAsync(gate::close);
    Thread.sleep(20);
    assertFalse(closing.isDone());
    assertThrows(IllegalStateException.class, gate::enter);
    gate.leave(() -> {});
    assertTrue(closing.get(10, TimeUnit.SECONDS));
    assertFalse(gate.close());
    assertThrows(IllegalStateException.class, gate::enter);
    assertThrows(IllegalStateException.class, gate::requireIdle);
  }
}
