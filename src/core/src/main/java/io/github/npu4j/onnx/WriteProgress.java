package io.github.npu4j.onnx;

import io.github.npu4j.store.Progress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * Counts the bytes of weights that are written, and tells of them: those that are not in memory.
 */
final class WriteProgress {

  private final Progress progress;
  private final String step;
  private final long total;
  private long done;

  WriteProgress(Progress progress, String step, long total) {
    this.progress = progress;
    this.step = step;
    this.total = total;
  }

  /** Writes bytes. */
  void write(ByteSource bytes, WritableByteChannel target) throws IOException {
    switch (bytes) {
      case HeldBytes held -> held.writeTo(target);
      case FileBytes file -> {
        for (long from = 0; from < file.byteSize(); from += FileBytes.STEP) {
          long length = Math.min(FileBytes.STEP, file.byteSize() - from);
          file.slice(from, length).writeTo(target);
          add(length);
        }
      }
      default -> bytes.writeTo(new Counting(target));
    }
  }

  private void add(long count) {
    done += count;
    progress.at(step, done, total);
  }

  /** Tells of each block that is computed. */
  private final class Counting implements WritableByteChannel {

    private final WritableByteChannel target;

    Counting(WritableByteChannel target) {
      this.target = target;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
      int count = target.write(source);
      add(count);
      return count;
    }

    @Override
    public boolean isOpen() {
      return target.isOpen();
    }

    @Override
    public void close() {}
  }
}
