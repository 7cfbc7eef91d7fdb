package io.github.npu4j.engine.direct;

import io.github.npu4j.engine.TensorMemory;
import io.github.npu4j.qnn.SharedBuffer;
import io.github.npu4j.qnn.SharedMemory;
import io.github.npu4j.tensor.OffHeap;
import io.github.npu4j.tensor.TensorSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The memory of one binding's tensors: shared with the NPU where it can be, else plain. */
final class DirectMemory implements AutoCloseable {

  private final Arena arena;
  private final SharedMemory source;
  private final boolean shared;
  private final Map<Long, SharedBuffer> buffers = new HashMap<>();

  /**
   * Makes an owner of no memory yet.
   *
   * @param arena the binding's, for plain memory
   */
  DirectMemory(Arena arena, SharedMemory source, TensorMemory wanted) {
    this.arena = arena;
    this.source = source;
    this.shared = wanted == TensorMemory.SHARED && source.isShared();
  }

  Arena arena() {
    return arena;
  }

  /** Allocates zeroed memory for a tensor. */
  MemorySegment allocate(TensorSpec spec) {
    if (!shared || spec.byteSize() == 0) {
      return OffHeap.allocate(arena, spec);
    }
    SharedBuffer buffer = source.allocate(spec.byteSize());
    buffers.put(buffer.segment().address(), buffer);
    return buffer.segment().asSlice(0, spec.byteSize());
  }

  /** Returns the shared buffer that memory was taken from, or {@code null} if it is plain. */
  @Nullable SharedBuffer bufferOf(MemorySegment memory) {
    return buffers.get(memory.address());
  }

  @Override
  public void close() {
    buffers.values().forEach(SharedBuffer::close);
  }
}
