package io.github.npu4j.numeric;

import io.github.npu4j.tensor.ElementType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** One loop a type, each over a run of elements that share scale and zero point. */
final class ValueDecoder {

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED;
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;

  private ValueDecoder() {}

  /**
   * Converts the elements {@code from} to {@code from + count - 1} of the source to the same places
   * of the destination, which holds binary32.
   */
  static void decode(
      MemorySegment source,
      ElementType type,
      long from,
      MemorySegment destination,
      long count,
      float scale,
      int zeroPoint) {
    MemorySegment out = destination.asSlice(from * Float.BYTES, count * Float.BYTES);
    if (type.bits() < 8) {
      for (long i = 0; i < count; i++) {
        double value = Convert.element(source, type, from + i);
        float real = type.isFloating() ? (float) value : ((int) value - zeroPoint) * scale;
        out.set(FLOAT, i * 4, real);
      }
      return;
    }
    MemorySegment in = source.asSlice(type.byteSize(from), type.byteSize(count));
    switch (type) {
      case FLOAT32 -> MemorySegment.copy(in, 0, out, 0, count * Float.BYTES);
      case FLOAT16 -> {
        for (long i = 0; i < count; i++) {
          out.set(FLOAT, i * 4, Float.float16ToFloat(in.get(SHORT, i * 2)));
        }
      }
      case BFLOAT16 -> {
        for (long i = 0; i < count; i++) {
          out.set(FLOAT, i * 4, Float.intBitsToFloat(in.get(SHORT, i * 2) << 16));
        }
      }
      case FLOAT64 -> {
        for (long i = 0; i < count; i++) {
          out.set(FLOAT, i * 4, (float) in.get(DOUBLE, i * 8));
        }
      }
      case INT8 -> {
        for (long i = 0; i < count; i++) {
          out.set(FLOAT, i * 4, (in.get(BYTE, i) - zeroPoint) * scale);
        }
      }
      case UINT8 -> {
        for (long i = 0; i < count; i++) {
          out.set(FLOAT, i * 4, ((in.get(BYTE, i) & 0xff) - zeroPoint) * scale);
        }
      }
      case INT16 -> {
        for (long i = 0; i < count; i++) {
          out.set(FLOAT, i * 4, (in.get(SHORT, i * 2) - zeroPoint) * scale);
        }
      }
      case UINT16 -> {
        for (long i = 0; i < count; i++) {
          out.set(FLOAT, i * 4, ((in.get(SHORT, i * 2) & 0xffff) - zeroPoint) * scale);
        }
      }
      case INT32 -> {
        for (long i = 0; i < count; i++) {
          out.set(FLOAT, i * 4, ((long) in.get(INT, i * 4) - zeroPoint) * scale);
        }
      }
      case UINT32 -> {
        for (long i = 0; i < count; i++) {
          out.set(FLOAT, i * 4, ((in.get(INT, i * 4) & 0xffffffffL) - zeroPoint) * scale);
        }
      }
      case INT64 -> {
        for (long i = 0; i < count; i++) {
          out.set(FLOAT, i * 4, (float) (((double) in.get(LONG, i * 8) - zeroPoint) * scale));
        }
      }
      case UINT64 -> {
        for (long i = 0; i < count; i++) {
          double value = Convert.unsigned(in.get(LONG, i * 8));
          out.set(FLOAT, i * 4, (float) ((value - zeroPoint) * scale));
        }
      }
      default -> {
        for (long i = 0; i < count; i++) {
          out.set(FLOAT, i * 4, (float) Convert.element(in, type, i));
        }
      }
    }
  }
}
