package io.github.npu4j.numeric;

import io.github.npu4j.tensor.ElementType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** One loop a type, each over a run of elements that share scale and zero point. */
final class ValueEncoder {

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

  /** More steps than any type of 16 bits has on either side of its zero point. */
  private static final float STEPS = 0x1p22f;

  /** Where the neighbours of a binary32 are whole numbers, 2^22 around it included. */
  private static final float ROUNDER = 0x1.8p23f;

  /** 2 to the power of 64. */
  private static final double UINT64_END = 0x1p64;

  private ValueEncoder() {}

  /**
   * Converts the binary32 values {@code from} to {@code from + count - 1} of the source to the same
   * places of the destination.
   */
  static void encode(
      MemorySegment source,
      MemorySegment destination,
      ElementType type,
      long from,
      long count,
      float scale,
      int zeroPoint) {
    MemorySegment in = source.asSlice(from * Float.BYTES, count * Float.BYTES);
    if (type.bits() <= 16 && Math.abs((long) zeroPoint) > 0xffff) {
      throw new IllegalArgumentException(
          "zero point " + zeroPoint + " is outside the range of " + type);
    }
    if (type.bits() < 8) {
      packed(in, destination, type, from, count, scale, zeroPoint);
      return;
    }
    MemorySegment out = destination.asSlice(type.byteSize(from), type.byteSize(count));
    switch (type) {
      case FLOAT32 -> MemorySegment.copy(in, 0, out, 0, count * Float.BYTES);
      case FLOAT16 -> {
        for (long i = 0; i < count; i++) {
          out.set(SHORT, i * 2, Float.floatToFloat16(in.get(FLOAT, i * 4)));
        }
      }
      case BFLOAT16 -> {
        for (long i = 0; i < count; i++) {
          out.set(SHORT, i * 2, Convert.floatToBfloat16(in.get(FLOAT, i * 4)));
        }
      }
      case FLOAT64 -> {
        for (long i = 0; i < count; i++) {
          out.set(ValueLayout.JAVA_DOUBLE_UNALIGNED, i * 8, in.get(FLOAT, i * 4));
        }
      }
      case INT8, UINT8 -> {
        int low = type == ElementType.INT8 ? Byte.MIN_VALUE : 0;
        int high = low + 0xff;
        for (long i = 0; i < count; i++) {
          int q = quantize(in.get(FLOAT, i * 4), scale, zeroPoint, low, high);
          out.set(BYTE, i, (byte) q);
        }
      }
      case INT16, UINT16 -> {
        int low = type == ElementType.INT16 ? Short.MIN_VALUE : 0;
        int high = low + 0xffff;
        for (long i = 0; i < count; i++) {
          int q = quantize(in.get(FLOAT, i * 4), scale, zeroPoint, low, high);
          out.set(SHORT, i * 2, (short) q);
        }
      }
      case INT32, UINT32 -> {
        long low = type == ElementType.INT32 ? Integer.MIN_VALUE : 0;
        long high = low + 0xffffffffL;
        for (long i = 0; i < count; i++) {
          long q = Math.clamp(wide(in.get(FLOAT, i * 4), scale, zeroPoint), low, high);
          out.set(ValueLayout.JAVA_INT_UNALIGNED, i * 4, (int) q);
        }
      }
      case INT64 -> {
        for (long i = 0; i < count; i++) {
          double q = Math.rint(in.get(FLOAT, i * 4) / scale) + zeroPoint;
          out.set(ValueLayout.JAVA_LONG_UNALIGNED, i * 8, Double.isNaN(q) ? zeroPoint : (long) q);
        }
      }
      case UINT64 -> {
        for (long i = 0; i < count; i++) {
          double q = Math.rint(in.get(FLOAT, i * 4) / scale) + zeroPoint;
          long bits = Double.isNaN(q) ? zeroPoint : toUnsigned(q);
          out.set(ValueLayout.JAVA_LONG_UNALIGNED, i * 8, bits);
        }
      }
      case BOOL -> {
        for (long i = 0; i < count; i++) {
          out.set(BYTE, i, (byte) (in.get(FLOAT, i * 4) != 0 ? 1 : 0));
        }
      }
      default -> throw unwritten(type);
    }
  }

  private static IllegalArgumentException unwritten(ElementType type) {
    return new IllegalArgumentException(type + " can be read but not written");
  }

  /** Writes elements of which a byte holds several, and leaves their neighbours as they are. */
  private static void packed(
      MemorySegment in,
      MemorySegment destination,
      ElementType type,
      long from,
      long count,
      float scale,
      int zeroPoint) {
    int bits = type.bits();
    int mask = (1 << bits) - 1;
    int inByte = Byte.SIZE / bits;
    int low =
        switch (type) {
          case INT2, INT4 -> -(1 << bits - 1);
          case UINT2, UINT4 -> 0;
          default -> throw unwritten(type);
        };
    for (long i = 0; i < count; i++) {
      int q = quantize(in.get(FLOAT, i * 4), scale, zeroPoint, low, low + mask) & mask;
      long index = from + i;
      int shift = bits * (int) (index % inByte);
      int others = destination.get(BYTE, index / inByte) & ~(mask << shift);
      destination.set(BYTE, index / inByte, (byte) (others | q << shift));
    }
  }

  /**
   * Quantizes to a type of at most 16 bits. NaN counts as no steps, for the cast makes it zero.
   *
   * <p>Between plus and minus {@link #STEPS}, adding and taking away {@link #ROUNDER} rounds half
   * to even, as {@link Math#rint} does, in two instructions that have vector forms.
   */
  private static int quantize(float value, float scale, int zeroPoint, int low, int high) {
    float steps = Math.min(Math.max(value / scale, -STEPS), STEPS);
    int rounded = (int) (steps + ROUNDER - ROUNDER);
    return Math.min(Math.max(rounded + zeroPoint, low), high);
  }

  private static long wide(float value, float scale, int zeroPoint) {
    return (long) Math.rint(Math.clamp((double) (value / scale), -0x1p62, 0x1p62)) + zeroPoint;
  }

  private static long toUnsigned(double value) {
    if (value <= 0) {
      return 0;
    }
    if (value >= UINT64_END) {
      return -1L;
    }
    return value < 0x1p63 ? (long) value : (long) (value - 0x1p63) + Long.MIN_VALUE;
  }
}
