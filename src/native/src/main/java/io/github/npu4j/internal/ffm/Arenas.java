package io.github.npu4j.internal.ffm;

import java.lang.foreign.Arena;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/** Arenas that can't be leaked by the work done right after opening them. */
public final class Arenas {

  /** How long to wait before an arena that a call holds is tried again. */
  private static final long HELD_WAIT_NANOS = 50_000;

  private Arenas() {}

  /**
   * Closes a shared arena, after the native calls of other threads that hold its memory.
   *
   * <p>{@link Arena#close()} itself refuses as long as there is such a call.
   */
  public static void closeWhenFree(Arena arena) {
    while (true) {
      try {
        arena.close();
        return;
      } catch (IllegalStateException held) {
        if (!arena.scope().isAlive()) {
          return;
        }
        LockSupport.parkNanos(HELD_WAIT_NANOS);
      }
    }
  }

  /**
   * Opens a shared arena and builds its owner in it; if that throws, the arena is closed.
   *
   * @param build makes the owner, which closes the arena from then on
   */
  public static <T> T own(Function<Arena, T> build) {
    Arena arena = Arena.ofShared();
    try {
      return build.apply(arena);
    } catch (Throwable failed) {
      arena.close();
      throw failed;
    }
  }
}
