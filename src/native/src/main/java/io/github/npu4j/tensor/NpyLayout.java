package io.github.npu4j.tensor;

import io.github.npu4j.error.BadInputException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Brings the elements of an {@code .npy} file into the layout that tensors have. */
final class NpyLayout {

  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private NpyLayout() {}

  /** Turns the bytes of each element in place. */
  static void swapBytes(MemorySegment data, ElementType type) {
    long bytes = data.byteSize();
    switch (type.bits()) {
      case 16 -> {
        for (long at = 0; at < bytes; at += 2) {
          data.set(SHORT, at, Short.reverseBytes(data.get(SHORT, at)));
        }
      }
      case 32 -> {
        for (long at = 0; at < bytes; at += 4) {
          data.set(INT, at, Integer.reverseBytes(data.get(INT, at)));
        }
      }
      case 64 -> {
        for (long at = 0; at < bytes; at += 8) {
          data.set(LONG, at, Long.reverseBytes(data.get(LONG, at)));
        }
      }
      default -> {
        // one byte has no order
      }
    }
  }

  /** Copies an array whose first axis runs fastest into one whose last axis does. */
  static void toRowMajor(
      MemorySegment source, MemorySegment target, ElementType type, Shape shape) {
    int rank = shape.rank();
    int width = type.bits() / 8;
    long[] stride = new long[rank];
    long step = width;
    for (int axis = 0; axis < rank; axis++) {
      stride[axis] = step;
      step *= shape.dimension(axis);
    }
    long[] index = new long[rank];
    long from = 0;
    for (long to = 0; to < target.byteSize(); to += width) {
      MemorySegment.copy(source, from, target, to, width);
      for (int axis = rank - 1; axis >= 0; axis--) {
        from += stride[axis];
        if (++index[axis] < shape.dimension(axis)) {
          break;
        }
        from -= stride[axis] * index[axis];
        index[axis] = 0;
      }
    }
  }

  /** Refuses bytes that are neither 0 nor 1, which native code may not expect in a boolean. */
  static void requireBooleans(MemorySegment data, String source) {
    for (long at = 0; at < data.byteSize(); at++) {
      byte value = data.get(ValueLayout.JAVA_BYTE, at);
      if (value < 0 || value > 1) {
        throw new BadInputException(
            "can't read " + source, "element " + at + " is " + value + ", which is no boolean", "");
      }
    }
  }
}
