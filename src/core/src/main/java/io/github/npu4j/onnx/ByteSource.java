package io.github.npu4j.onnx;

import io.github.npu4j.error.BadModelException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.WritableByteChannel;

/**
 * Bytes of a model that need not be in memory: the elements of a weight, or anything else that is
 * long. They are in memory, a part of a file, or computed when they are written.
 *
 * <p>Immutable and safe for use by threads, as far as the memory or file behind it is.
 */
public interface ByteSource {

  /** Returns how many there are. */
  long byteSize();

  /**
   * Writes all of them.
   *
   * @throws BadModelException if the file that they are in is gone or was changed
   * @throws IOException if they can't be read or written
   */
  void writeTo(WritableByteChannel target) throws IOException;

  /**
   * Copies all of them.
   *
   * @param target memory of at least {@link #byteSize()} bytes
   * @throws BadModelException if they can't be read
   */
  default void copyInto(MemorySegment target) {
    try (WritableByteChannel channel = HeldBytes.into(target)) {
      writeTo(channel);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /**
   * Returns all of them as memory: of the caller's, a mapping of the file, or a copy. It is not
   * aligned, and must not be written to.
   *
   * @param arena owns the memory if it is new
   * @throws BadModelException if they can't be read
   */
  default MemorySegment map(Arena arena) {
    MemorySegment copy = arena.allocate(byteSize(), Long.BYTES);
    copyInto(copy);
    return copy.asReadOnly();
  }

  /**
   * Returns bytes in memory, which are not copied: the memory must stay, and stay as it is, for as
   * long as the model is used.
   */
  static ByteSource of(MemorySegment bytes) {
    return new HeldBytes(bytes);
  }

  /** Returns bytes in an array, which is not copied. */
  static ByteSource of(byte[] bytes) {
    return new HeldBytes(MemorySegment.ofArray(bytes));
  }
}
