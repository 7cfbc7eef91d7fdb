package io.github.npu4j.onnx;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * Bytes in memory.
 *
 * @param memory all of them
 */
record HeldBytes(MemorySegment memory) implements ByteSource {

  /** A channel takes this much at a time; a {@link ByteBuffer} ends at 2 GiB. */
  private static final long WRITE_STEP = 64L << 20;

  /** Returns a copy on the heap, so that it is freed with the model. */
  static HeldBytes copyOf(MemorySegment bytes) {
    byte[] copy = new byte[Math.toIntExact(bytes.byteSize())];
    MemorySegment.copy(bytes, 0, MemorySegment.ofArray(copy), 0, copy.length);
    return new HeldBytes(MemorySegment.ofArray(copy));
  }

  @Override
  public long byteSize() {
    return memory.byteSize();
  }

  @Override
  public void writeTo(WritableByteChannel target) throws IOException {
    for (long offset = 0; offset < byteSize(); offset += WRITE_STEP) {
      ByteBuffer part =
          memory.asSlice(offset, Math.min(WRITE_STEP, byteSize() - offset)).asByteBuffer();
      while (part.hasRemaining()) {
        target.write(part);
      }
    }
  }

  @Override
  public void copyInto(MemorySegment target) {
    MemorySegment.copy(memory, 0, target, 0, byteSize());
  }

  @Override
  public MemorySegment map(Arena arena) {
    return memory.asReadOnly();
  }

  /** Returns a channel that writes into memory, from its begin on. */
  static WritableByteChannel into(MemorySegment target) {
    return new SegmentChannel(target);
  }

  /** Writes into memory, from its begin on. */
  private static final class SegmentChannel implements WritableByteChannel {

    private final MemorySegment target;
    private long position;

    SegmentChannel(MemorySegment target) {
      this.target = target;
    }

    @Override
    public int write(ByteBuffer source) {
      int count = source.remaining();
      MemorySegment.copy(MemorySegment.ofBuffer(source), 0, target, position, count);
      source.position(source.limit());
      position += count;
      return count;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }
}
