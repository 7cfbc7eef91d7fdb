package io.github.npu4j.internal.ffm;

import java.io.File;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** C strings in and out of Java. */
@SuppressWarnings("restricted") // this room is where native access is used
public final class CStrings {

  /** Longer strings from a library are cut here, so that a missing terminator can't run away. */
  private static final long LONGEST = 1 << 20;

  private static final boolean WINDOWS = File.separatorChar == '\\';

  private CStrings() {}

  /** Returns a UTF-8 C string; {@code NULL} for {@code null}. */
  public static MemorySegment of(SegmentAllocator allocator, @Nullable String text) {
    return text == null ? MemorySegment.NULL : allocator.allocateFrom(text);
  }

  /**
   * Reads a UTF-8 C string from a pointer of any declared size.
   *
   * @return the text, or {@code ""} for {@code NULL}; a text of over 1 MiB is cut
   */
  public static String read(MemorySegment pointer) {
    if (pointer.address() == 0) {
      return "";
    }
    MemorySegment bytes = pointer.reinterpret(LONGEST);
    long length = 0;
    while (length < LONGEST && bytes.get(ValueLayout.JAVA_BYTE, length) != 0) {
      length++;
    }
    byte[] text = bytes.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    return new String(text, StandardCharsets.UTF_8);
  }

  /**
   * Returns a path as ONNX Runtime's {@code ORTCHAR_T} string: UTF-16 on Windows, UTF-8 elsewhere.
   */
  public static MemorySegment path(SegmentAllocator allocator, Path path) {
    return path(allocator, path, WINDOWS);
  }

  /** Returns a part of a path, as it is, as ONNX Runtime's {@code ORTCHAR_T} string. */
  public static MemorySegment pathText(SegmentAllocator allocator, String text) {
    return pathText(allocator, text, WINDOWS);
  }

  static MemorySegment path(SegmentAllocator allocator, Path path, boolean utf16) {
    return pathText(allocator, path.toAbsolutePath().toString(), utf16);
  }

  private static MemorySegment pathText(SegmentAllocator allocator, String text, boolean utf16) {
    return utf16
        ? allocator.allocateFrom(text, StandardCharsets.UTF_16LE)
        : allocator.allocateFrom(text);
  }
}
