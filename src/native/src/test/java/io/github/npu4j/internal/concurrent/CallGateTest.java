package io.github.npu4j.internal.concurrent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Calls in, calls turned away, and an end that waits. */
class CallGateTest {

  private final CallGate gate = new CallGate("the thing");

  @Test
  void closingWaitsForTheCallInFlightAndTurnsNewOnesAway() throws InterruptedException {
    AtomicBoolean freed = new AtomicBoolean();
    long call = gate.enter();
    gate.requireOpen();
    Thread closing = Thread.ofPlatform().start(() -> gate.close(() -> freed.set(true)));
    while (!gate.isClosed()) {
      Thread.onSpinWait();
    }
    IllegalStateException refused = assertThrows(IllegalStateException.class, gate::enter);
    assertEquals("the thing is closed", refused.getMessage());
    assertThrows(IllegalStateException.class, gate::requireOpen);
    assertFalse(freed.get(), "freed under a call");
    gate.leave(call);
    closing.join();
    assertTrue(freed.get());
  }

  @Test
  void threadsThatWereGotBeforeTheEndRefuseCallsAfterItAsTheGateDoes() {
    Executor threads = gate.threads("t-");
    gate.close(() -> {});
    IllegalStateException refused =
        assertThrows(IllegalStateException.class, () -> threads.execute(() -> {}));
    assertEquals("the thing is closed", refused.getMessage());
  }

  @Test
  void aCallEndsWhoeverCompletesItsFuture() throws InterruptedException {
    CountDownLatch ended = new CountDownLatch(1);
    CompletableFuture<String> answer =
        AsyncCalls.start(
            gate.threads("t-"),
            cancellation -> {
              while (!cancellation.isCancelled()) {
                Thread.onSpinWait();
              }
              ended.countDown();
              return "late";
            });
    answer.orTimeout(20, TimeUnit.MILLISECONDS);
    assertTrue(ended.await(10, TimeUnit.SECONDS));
    assertTrue(answer.isCompletedExceptionally());
  }

  @Test
  void threadsEndTheirWorkAndTakeNoMoreAfterTheEnd() throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    gate.threads("t-").execute(done::countDown);
    assertTrue(done.await(10, TimeUnit.SECONDS));
    gate.close(() -> {});
    assertThrows(IllegalStateException.class, () -> gate.threads("t-"));
  }
}
