package io.github.npu4j.onnx;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.store.files.FileState;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A part of a file, read on demand.
 *
 * @param file the file
 * @param state the state that the file must still be in, or {@code null} for any
 * @param offset the first byte
 * @param byteSize the number of bytes
 */
record FileBytes(Path file, @Nullable FileState state, long offset, long byteSize)
    implements ByteSource {

  /** Moved at a time; between two steps progress can be told. */
  static final long STEP = 64L << 20;

  /** Returns a part of this part. */
  FileBytes slice(long from, long length) {
    return new FileBytes(file, state, offset + from, length);
  }

  @Override
  public void writeTo(WritableByteChannel target) throws IOException {
    try (FileChannel source = open()) {
      long done = 0;
      while (done < byteSize) {
        long moved = source.transferTo(offset + done, Math.min(STEP, byteSize - done), target);
        if (moved <= 0) {
          throw changed(null);
        }
        done += moved;
      }
    }
  }

  @Override
  public void copyInto(MemorySegment target) {
    try (FileChannel source = open()) {
      for (long done = 0; done < byteSize; done += STEP) {
        ByteBuffer part = target.asSlice(done, Math.min(STEP, byteSize - done)).asByteBuffer();
        long at = offset + done;
        while (part.hasRemaining()) {
          int count = source.read(part, at);
          if (count < 0) {
            throw new EOFException("it ends at " + at);
          }
          at += count;
        }
      }
    } catch (IOException unreadable) {
      throw changed(unreadable);
    }
  }

  @Override
  public MemorySegment map(Arena arena) {
    try (FileChannel source = open()) {
      if (byteSize == 0) {
        return MemorySegment.NULL;
      }
      return source.map(FileChannel.MapMode.READ_ONLY, offset, byteSize, arena);
    } catch (IOException unreadable) {
      throw changed(unreadable);
    }
  }

  /** Opens the file after a look whether it is still the one that was read. */
  private FileChannel open() {
    try {
      if (state != null && !state.state().equals(FileState.of(file).state())) {
        throw changed(null);
      }
      FileChannel source = FileChannel.open(file);
      if (offset <= source.size() - byteSize) {
        return source;
      }
      source.close();
    } catch (IOException unreadable) {
      throw changed(unreadable);
    }
    throw changed(null);
  }

  private BadModelException changed(@Nullable IOException cause) {
    return new BadModelException(
        file.getFileName() + " can't be read",
        cause == null ? "it is no longer the file that was read" : String.valueOf(cause),
        "Read the model again.",
        cause);
  }
}
