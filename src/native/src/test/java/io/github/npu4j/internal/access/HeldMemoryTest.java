package io.github.npu4j.internal.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.testing.Allocation;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HeldMemoryTest {

  @Test
  void keepsAnArenaOpenForTheDurationOfTheAction() {
    try (Arena own = Arena.ofShared()) {
      Arena callers = Arena.ofShared();
      AtomicInteger runs = new AtomicInteger();
      HeldMemory held =
          new HeldMemory(
              own,
              3,
              () -> {
                assertThrows(IllegalStateException.class, callers::close);
                runs.incrementAndGet();
              });
      held.set(1, callers.allocate(8));
      held.run();
      assertEquals(1, runs.get());
      assertTrue(callers.scope().isAlive());
      callers.close();
      assertThrows(IllegalStateException.class, held::run);
      assertEquals(1, runs.get());
      held.set(1, MemorySegment.NULL);
      held.run(); // nothing of the closed arena is held any more
      assertEquals(2, runs.get());
    }
  }

  @Test
  void throwsOnWhatTheActionThrows() {
    try (Arena own = Arena.ofShared()) {
      RuntimeException expected = new RuntimeException("from the action");
      HeldMemory held =
          new HeldMemory(
              own,
              1,
              () -> {
                throw expected;
              });
      assertSame(expected, assertThrows(RuntimeException.class, held::run));
    }
  }

  @Test
  void allocatesNothing() {
    try (Arena own = Arena.ofShared()) {
      HeldMemory held = new HeldMemory(own, 8, () -> {});
      for (int i = 0; i < 8; i++) {
        held.set(i, own.allocate(8));
      }
      long bytes =
          Allocation.leastBytes(() -> {
            for (int i = 0; i < 10_000; i++) {
              held.run();
            }
          });
      assertEquals(0, bytes, "bytes in 10,000 calls");
    }
  }
}
