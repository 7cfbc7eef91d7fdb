package io.github.npu4j.ort.abi;

import static java.lang.foreign.ValueLayout.ADDRESS;

import io.github.npu4j.internal.ffm.Downcall;
import java.lang.foreign.MemorySegment;

/** A table of C functions that the library owns, never freed and never changed. */
public final class FunctionTable {

  /** No table of the library is longer. */
  private static final long MOST_SLOTS = 4096;

  private final MemorySegment slots;

  @SuppressWarnings("restricted") // a slot's number comes from native-headers/ort.h
  public FunctionTable(long address) {
    this.slots = MemorySegment.ofAddress(address).reinterpret(MOST_SLOTS * ADDRESS.byteSize());
  }

  MemorySegment function(int slot) {
    return slots.getAtIndex(ADDRESS, slot);
  }

  public long call(int slot, long... words) {
    return Downcall.words(
        function(slot),
        word(words, 0),
        word(words, 1),
        word(words, 2),
        word(words, 3),
        word(words, 4),
        word(words, 5),
        word(words, 6),
        word(words, 7));
  }

  private static long word(long[] words, int index) {
    return index < words.length ? words[index] : 0;
  }
}
