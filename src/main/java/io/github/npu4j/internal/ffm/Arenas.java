package io.github.npu4j.internal.ffm;

import java.lang.foreign.Arena;
import java.util.function.Function;

/** Arenas that can't be leaked by the work done right after opening them. */
public final class Arenas {

  private Arenas() {}

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
