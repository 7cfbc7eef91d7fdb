package io.github.npu4j.internal.concurrent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.testing.Allocation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The order of use and close. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class UseCountTest {

  private final UseCount uses = new UseCount("this thing");
  private final AtomicInteger freed = new AtomicInteger();

  @Test
  void closingWaitsForTheUsesInFlightAndLetsNoOtherIn() throws InterruptedException {
    uses.begin();
    uses.begin();
    Thread closer = closing();
    while (!uses.isClosed()) {
      Thread.onSpinWait();
    }
    assertEquals(
        "this thing is closed",
        assertThrows(IllegalStateException.class, uses::begin).getMessage());
    assertEquals(
        "this thing is closed",
        assertThrows(IllegalStateException.class, uses::beginAlone).getMessage());
    uses.end();
    assertEquals(0, freed.get());
    uses.end();
    closer.join();
    assertEquals(1, freed.get());
  }

  @Test
  void aUseAloneIsRefusedDuringAnother() {
    uses.begin();
    assertTrue(
        assertThrows(IllegalStateException.class, uses::beginAlone)
            .getMessage()
            .startsWith("this thing is in use by another thread"));
    uses.end();
    uses.beginAlone();
    uses.end();
    assertFalse(uses.isClosed());
  }

  @Test
  void aSecondCloseWaitsForTheFirstAndDoesNothing() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Thread first =
        Thread.ofPlatform()
            .start(() ->
                uses.closeOnce(() -> {
                  begun.countDown();
                  await(goOn);
                  freed.incrementAndGet();
                }));
    begun.await();
    Thread second = closing();
    second.join(50);
    assertTrue(second.isAlive());
    goOn.countDown();
    first.join();
    second.join();
    assertEquals(1, freed.get());
  }

  @Test
  void aCloseFromWithinTheWorkReturnsAtOnce() {
    uses.closeOnce(() -> {
      uses.closeOnce(freed::incrementAndGet);
      freed.incrementAndGet();
    });
    assertEquals(1, freed.get());
  }

  @Test
  void whatTheWorkThrowsReachesTheCallerAndTheObjectStaysClosed() {
    assertThrows(
        UnsupportedOperationException.class,
        () ->
            uses.closeOnce(() -> {
              throw new UnsupportedOperationException();
            }));
    uses.closeOnce(freed::incrementAndGet);
    assertEquals(0, freed.get());
    assertThrows(IllegalStateException.class, uses::begin);
  }

  @Test
  void anInterruptIsThereAgainAfterTheWait() throws InterruptedException {
    uses.begin();
    AtomicInteger interrupted = new AtomicInteger();
    Thread closer =
        Thread.ofPlatform()
            .start(() -> {
              uses.closeOnce(freed::incrementAndGet);
              interrupted.set(Thread.interrupted() ? 1 : 0);
            });
    closer.interrupt();
    closer.join(50);
    assertTrue(closer.isAlive());
    uses.end();
    closer.join();
    assertEquals(1, freed.get());
    assertEquals(1, interrupted.get());
  }

  @Test
  void noUseOfManyThreadsRunsAfterTheObjectIsFreed() throws InterruptedException {
    for (int round = 0; round < 200; round++) {
      UseCount contended = new UseCount("this thing");
      AtomicInteger late = new AtomicInteger();
      AtomicInteger gone = new AtomicInteger();
      List<Thread> users = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        users.add(
            Thread.ofPlatform()
                .start(() -> {
                  try {
                    while (true) {
                      contended.begin();
                      late.addAndGet(gone.get());
                      contended.end();
                    }
                  } catch (IllegalStateException closed) {
                    // the end of this thread's uses
                  }
                }));
      }
      contended.closeOnce(() -> gone.set(1));
      for (Thread user : users) {
        user.join();
      }
      assertEquals(0, late.get());
    }
  }

  @Test
  void aUseAllocatesNothing() {
    assertEquals(
        0,
        Allocation.leastBytes(() -> {
          for (int i = 0; i < 1000; i++) {
            uses.begin();
            uses.end();
          }
        }));
  }

  private Thread closing() {
    return Thread.ofPlatform().start(() -> uses.closeOnce(freed::incrementAndGet));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException unexpected) {
      throw new AssertionError(unexpected);
    }
  }
}
