package io.github.npu4j.engine.execution;

import java.lang.foreign.Arena;
import java.util.concurrent.locks.LockSupport;

/** The end of a binding's memory. */
final class BindingMemory {

  private static final long POLL_NANOS = 100_000;

  private BindingMemory() {}

  /**
   * Closes a shared arena, waiting for other bindings' runs that hold memory of it: one binding's
   * output may be another one's input.
   */
  static void close(Arena arena) {
    while (arena.scope().isAlive()) {
      try {
        arena.close();
      } catch (IllegalStateException inUse) {
        LockSupport.parkNanos(arena, POLL_NANOS);
      }
    }
  }
}
