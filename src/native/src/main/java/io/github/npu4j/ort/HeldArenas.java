package io.github.npu4j.ort;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.internal.ffm.Downcall;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Collection;

/**
 * The callers' arenas that a run must hold open, one segment of each.
 *
 * <p>Tensors with memory of their own need none of it: they are pinned. Immutable.
 */
final class HeldArenas {

  static final HeldArenas NONE = new HeldArenas(0);

  private final MemorySegment[] segments = new MemorySegment[Downcall.HELD];
  private final int count;

  private HeldArenas(int count) {
    this.count = count;
    java.util.Arrays.fill(segments, MemorySegment.NULL);
  }

  /**
   * Finds the arenas of some tensors' memory.
   *
   * @throws BadInputException if there are more than a call can hold
   */
  static HeldArenas of(Collection<OrtTensor> tensors) {
    HeldArenas held = NONE;
    for (OrtTensor tensor : tensors) {
      if (tensor.isBorrowed() && !held.holds(tensor.memory())) {
        held = held.with(tensor.memory());
      }
    }
    return held;
  }

  /** Holds the arena of one segment. */
  static HeldArenas of(MemorySegment memory) {
    return NONE.with(memory);
  }

  /** Returns whether memory can't be freed as long as there is a reference to it. */
  static boolean isPermanent(MemorySegment memory) {
    return memory.scope().equals(Arena.global().scope());
  }

  /** Calls a function that reads or writes the tensors. */
  long call(
      MemorySegment function, long a, long b, long c, long d, long e, long f, long g, long h) {
    return count == 0
        ? Downcall.words(function, a, b, c, d, e, f, g, h)
        : Downcall.holding(function, a, b, c, d, e, f, g, h, segments);
  }

  /** Returns whether the arena of some memory is among these. */
  boolean holds(MemorySegment memory) {
    for (int i = 0; i < count; i++) {
      if (segments[i].scope().equals(memory.scope())) {
        return true;
      }
    }
    return false;
  }

  private HeldArenas with(MemorySegment memory) {
    if (count == Downcall.HELD) {
      throw new BadInputException(
          "can't use tensors over the memory of more than " + Downcall.HELD + " arenas at once",
          "a call can't hold more of them open",
          "Allocate the tensors from fewer arenas, or by OrtTensor.allocate.");
    }
    HeldArenas more = new HeldArenas(count + 1);
    System.arraycopy(segments, 0, more.segments, 0, count);
    more.segments[count] = memory;
    return more;
  }
}
