package io.github.npu4j.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParallelTasksTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 8})
  void doesEveryTaskOnce(int threads) {
    AtomicIntegerArray done = new AtomicIntegerArray(500);
    ParallelTasks.each(500, threads, done::incrementAndGet, () -> {});
    for (int i = 0; i < 500; i++) {
      assertEquals(1, done.get(i), "task " + i);
    }
    ParallelTasks.each(
        0,
        threads,
        _ -> {
          throw new AssertionError("there is no task");
        },
        () -> {});
  }

  @Test
  void worksAtTheSameTimeAndOnlyTheCallerIsTold() {
    CountDownLatch bothAreHere = new CountDownLatch(2);
    Set<Thread> workers = ConcurrentHashMap.newKeySet();
    Set<Thread> told = ConcurrentHashMap.newKeySet();
    ParallelTasks.each(
        2,
        2,
        _ -> {
          workers.add(Thread.currentThread());
          bothAreHere.countDown();
          await(bothAreHere); // would never end with one thread
        },
        () -> told.add(Thread.currentThread()));
    assertEquals(2, workers.size());
    assertEquals(Set.of(Thread.currentThread()), told);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void stopsAtTheFirstFailureAndThrowsIt(int threads) {
    IllegalStateException failure = new IllegalStateException("closed");
    AtomicInteger begun = new AtomicInteger();
    IllegalStateException thrown =
        assertThrows(
            IllegalStateException.class,
            () ->
                ParallelTasks.each(
                    100_000,
                    threads,
                    task -> {
                      begun.incrementAndGet();
                      if (task == 3) {
                        throw failure;
                      }
                      Thread.yield();
                    },
                    () -> {}));
    assertSame(failure, thrown);
    assertTrue(begun.get() < 100_000, begun + " tasks");
  }

  @Test
  void keepsAnInterruptForTheCaller() {
    Thread.currentThread().interrupt();
    ParallelTasks.each(8, 2, _ -> {}, () -> {});
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
