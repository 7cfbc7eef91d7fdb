package io.github.npu4j.qnn.abi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** QNN's lists of options: an array of pointers with {@code NULL} at its end. */
public final class Configs {

  private Configs() {}

  /** Returns the list, or {@code NULL} for none. */
  public static MemorySegment list(SegmentAllocator allocator, List<MemorySegment> options) {
    if (options.isEmpty()) {
      return MemorySegment.NULL;
    }
    MemorySegment pointers = allocator.allocate(ValueLayout.ADDRESS, options.size() + 1L);
    for (int i = 0; i < options.size(); i++) {
      pointers.setAtIndex(ValueLayout.ADDRESS, i, options.get(i));
    }
    return pointers;
  }
}
