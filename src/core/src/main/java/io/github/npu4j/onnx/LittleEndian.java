package io.github.npu4j.onnx;

import io.github.npu4j.tensor.ElementType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Numbers in the byte order of ONNX's {@code raw_data}, and arrays of them. */
final class LittleEndian {

  static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private LittleEndian() {}

  static byte[] bytes(float[] values) {
    byte[] bytes = new byte[Math.multiplyExact(values.length, Float.BYTES)];
    MemorySegment.copy(values, 0, MemorySegment.ofArray(bytes), FLOAT, 0, values.length);
    return bytes;
  }

  static byte[] bytes(long[] values) {
    byte[] bytes = new byte[Math.multiplyExact(values.length, Long.BYTES)];
    MemorySegment.copy(values, 0, MemorySegment.ofArray(bytes), LONG, 0, values.length);
    return bytes;
  }

  /** Widens integers; unsigned ones of 64 bits keep their bits. */
  static long[] integers(ElementType type, MemorySegment bytes) {
    int width = type.bits() / Byte.SIZE;
    long[] values = new long[Math.toIntExact(bytes.byteSize() / width)];
    for (int i = 0; i < values.length; i++) {
      values[i] = integer(type, bytes, (long) i * width);
    }
    return values;
  }

  private static long integer(ElementType type, MemorySegment bytes, long at) {
    return switch (type) {
      case INT8 -> bytes.get(ValueLayout.JAVA_BYTE, at);
      case UINT8, BOOL -> Byte.toUnsignedLong(bytes.get(ValueLayout.JAVA_BYTE, at));
      case INT16 -> bytes.get(SHORT, at);
      case UINT16 -> Short.toUnsignedLong(bytes.get(SHORT, at));
      case INT32 -> bytes.get(INT, at);
      case UINT32 -> Integer.toUnsignedLong(bytes.get(INT, at));
      case INT64, UINT64 -> bytes.get(LONG, at);
      default -> throw new IllegalArgumentException(type + " is not of integers");
    };
  }

  /** Puts the low bytes of an integer into an array. */
  static void put(byte[] target, int at, long value, int width) {
    for (int i = 0; i < width; i++) {
      target[at + i] = (byte) (value >>> (Byte.SIZE * i));
    }
  }
}
