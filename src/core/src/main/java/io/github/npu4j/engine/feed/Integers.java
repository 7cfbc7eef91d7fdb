package io.github.npu4j.engine.feed;

import io.github.npu4j.onnx.use.ValueRange;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.LongUnaryOperator;

/** Puts integers into tensors of any type of at least a byte, as that type writes them. */
final class Integers {

  /** A float16 has 11 bits of significand. */
  private static final long EXACT_IN_HALF = 2048;

  private Integers() {}

  /** Returns whether integers can be put into tensors of a type. */
  static boolean takes(ElementType type) {
    return switch (type) {
      case INT8, UINT8, BOOL, INT16, UINT16, INT32, UINT32, INT64, UINT64 -> true;
      case FLOAT16, FLOAT32, FLOAT64 -> true;
      default -> false;
    };
  }

  /** Returns the part of a range that a type holds exactly; where there is none, its end. */
  static ValueRange within(ValueRange range, ElementType type) {
    long least = type.isFloating() ? -EXACT_IN_HALF : -(1L << Math.min(62, type.bits() - 1));
    long most =
        switch (type) {
          case FLOAT16, FLOAT32, FLOAT64 -> type == ElementType.FLOAT16 ? EXACT_IN_HALF : 1 << 24;
          case BOOL -> 1;
          case UINT8, UINT16 -> (1L << type.bits()) - 1;
          default -> Integer.MAX_VALUE >> Math.max(0, Integer.SIZE - type.bits());
        };
    return new ValueRange(
        Math.clamp(range.first(), least, most), Math.clamp(range.last(), least, most));
  }

  /**
   * Fills a tensor.
   *
   * @param values called with the place of each element, in order
   */
  static void fill(MemorySegment data, TensorSpec spec, LongUnaryOperator values) {
    long elements = spec.shape().elements();
    for (long i = 0; i < elements; i++) {
      set(data, spec.type(), i, values.applyAsLong(i));
    }
  }

  private static void set(MemorySegment data, ElementType type, long index, long value) {
    switch (type) {
      case INT8, UINT8, BOOL -> data.set(ValueLayout.JAVA_BYTE, index, (byte) value);
      case INT16, UINT16 -> data.setAtIndex(ValueLayout.JAVA_SHORT, index, (short) value);
      case INT32, UINT32 -> data.setAtIndex(ValueLayout.JAVA_INT, index, (int) value);
      case INT64, UINT64 -> data.setAtIndex(ValueLayout.JAVA_LONG, index, value);
      case FLOAT16 ->
          data.setAtIndex(ValueLayout.JAVA_SHORT, index, Float.floatToFloat16((float) value));
      case FLOAT32 -> data.setAtIndex(ValueLayout.JAVA_FLOAT, index, (float) value);
      case FLOAT64 -> data.setAtIndex(ValueLayout.JAVA_DOUBLE, index, (double) value);
      default -> throw new IllegalArgumentException("integers do not fit " + type);
    }
  }
}
