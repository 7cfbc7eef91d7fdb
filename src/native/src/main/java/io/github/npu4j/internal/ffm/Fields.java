package io.github.npu4j.internal.ffm;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Members of native structures by the offsets that {@code qnn_h} has for them, for what a first run
 * touches: of structures that have a class, each class costs 0.3 ms when it initialises.
 */
public final class Fields {

  private Fields() {}

  /** Reads an integer of 8 bits. */
  public static byte i8(MemorySegment structure, int offset) {
    return structure.get(ValueLayout.JAVA_BYTE, offset);
  }

  /** Reads an integer of 32 bits. */
  public static int i32(MemorySegment structure, int offset) {
    return structure.get(ValueLayout.JAVA_INT, offset);
  }

  /** Reads an integer of 64 bits. */
  public static long i64(MemorySegment structure, int offset) {
    return structure.get(ValueLayout.JAVA_LONG, offset);
  }

  /** Reads a binary32. */
  public static float f32(MemorySegment structure, int offset) {
    return structure.get(ValueLayout.JAVA_FLOAT, offset);
  }

  /** Reads a pointer; the segment has no size. */
  public static MemorySegment pointer(MemorySegment structure, int offset) {
    return structure.get(ValueLayout.ADDRESS, offset);
  }

  /** Returns the structure that lies inside another, and what follows it there. */
  public static MemorySegment within(MemorySegment structure, int offset) {
    return structure.asSlice(offset);
  }

  /** Returns one of an array of structures of this many bytes. */
  public static MemorySegment element(MemorySegment array, long index, int bytes) {
    return array.asSlice(index * bytes, bytes);
  }

  /** Writes an integer of 32 bits. */
  public static void put(MemorySegment structure, int offset, int value) {
    structure.set(ValueLayout.JAVA_INT, offset, value);
  }

  /** Writes a binary32. */
  public static void put(MemorySegment structure, int offset, float value) {
    structure.set(ValueLayout.JAVA_FLOAT, offset, value);
  }

  /** Writes a pointer. */
  public static void put(MemorySegment structure, int offset, MemorySegment value) {
    structure.set(ValueLayout.ADDRESS, offset, value);
  }
}
