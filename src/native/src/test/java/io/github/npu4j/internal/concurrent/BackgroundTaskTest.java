package io.github.npu4j.internal.concurrent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Work on another thread: its result, what it throws, and a wait that can't be cut short. */
class BackgroundTaskTest {

  @Test
  void worksOnAThreadOfThatNameWhileItsOwnerGoesOn() {
    CountDownLatch ownerWentOn = new CountDownLatch(1);
    BackgroundTask<Thread> ahead =
        BackgroundTask.start(
            "ahead",
            () -> {
              await(ownerWentOn);
              return Thread.currentThread();
            });
    ownerWentOn.countDown();
    Thread worker = ahead.get();
    assertEquals("ahead", worker.getName());
    assertTrue(worker.isDaemon());
    assertNotEquals(Thread.currentThread(), worker);
    assertSame(worker, ahead.get());
  }

  @Test
  void throwsWhatTheWorkThrew() {
    IllegalArgumentException refused = new IllegalArgumentException("no");
    BackgroundTask<String> ahead =
        BackgroundTask.start(
            "ahead",
            () -> {
              throw refused;
            });
    assertSame(refused, assertThrows(IllegalArgumentException.class, ahead::get));
    assertSame(refused, assertThrows(IllegalArgumentException.class, ahead::get));
    LinkageError missing = new LinkageError("none");
    BackgroundTask<String> other =
        BackgroundTask.start(
            "ahead",
            () -> {
              throw missing;
            });
    assertSame(missing, assertThrows(LinkageError.class, other::get));
  }

  @Test
  void anInterruptDoesNotEndTheWaitAndIsKept() {
    CountDownLatch asked = new CountDownLatch(1);
    BackgroundTask<String> ahead =
        BackgroundTask.start(
            "ahead",
            () -> {
              await(asked);
              return "done";
            });
    Thread.currentThread().interrupt();
    Thread.ofPlatform().start(asked::countDown);
    assertEquals("done", ahead.get());
    assertTrue(Thread.interrupted());
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
