package io.github.npu4j.store.files;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.error.RunAbortedException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A whole file read into off-heap memory. For a file that somebody else may change: a mapping of it
 * that is cut short would end the process.
 */
public final class FileMemory {

  /** A {@link java.nio.ByteBuffer} ends at 2 GiB. */
  private static final long READ_AT_ONCE = 1 << 28;

  private FileMemory() {}

  /**
   * Reads a file.
   *
   * @param allocator owns the memory
   * @throws ModelMissingException if there is no such file
   * @throws BadModelException if it is empty, a folder, stands for another file as {@link
   *     Placeholder} tells, or can't be read
   * @throws RunAbortedException if this thread was interrupted
   */
  public static MemorySegment read(Path file, SegmentAllocator allocator) {
    if (Files.isDirectory(file)) {
      throw new BadModelException(file + " can't be read", "it is a folder", "Name a file in it.");
    }
    try (FileChannel channel = FileChannel.open(file)) {
      MemorySegment memory = allocator.allocate(channel.size(), Long.BYTES);
      for (long position = 0; position < memory.byteSize(); ) {
        long length = Math.min(memory.byteSize() - position, READ_AT_ONCE);
        int count = channel.read(memory.asSlice(position, length).asByteBuffer(), position);
        if (count < 0) {
          throw new BadModelException(file + " was cut short while it was read", "", "Try again.");
        }
        position += count;
      }
      if (memory.byteSize() == 0) {
        throw new BadModelException(file + " is empty", "", "Get the file again.");
      }
      Placeholder.refuse(memory, file.toString());
      return memory;
    } catch (NoSuchFileException absent) {
      throw new ModelMissingException("there is no file " + file, "", "Check the path.", absent);
    } catch (ClosedByInterruptException interrupted) {
      throw new RunAbortedException(
          "reading " + file + " was given up", "the thread was interrupted", "", interrupted);
    } catch (IOException unreadable) {
      throw new BadModelException(
          file + " can't be read", String.valueOf(unreadable.getMessage()), "", unreadable);
    }
  }
}
