package io.github.npu4j.tensor;

import io.github.npu4j.error.BadInputException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/** Off-heap memory for tensors, aligned as native kernels like it. */
public final class OffHeap {

  /** The alignment of every tensor buffer, in bytes: one cache line, and enough for AVX-512. */
  public static final long ALIGNMENT = 64;

  private OffHeap() {}

  /**
   * Allocates zeroed memory for a tensor.
   *
   * @param allocator where from; its arena owns the memory
   * @param spec a tensor of static shape
   * @return exactly {@link TensorSpec#byteSize()} bytes, aligned to {@link #ALIGNMENT}
   * @throws IllegalStateException if the shape is dynamic
   */
  public static MemorySegment allocate(SegmentAllocator allocator, TensorSpec spec) {
    return allocate(allocator, spec.byteSize());
  }

  /**
   * Allocates zeroed memory.
   *
   * @param allocator where from; its arena owns the memory
   * @param bytes how many bytes; zero gives an empty segment
   * @return exactly this many bytes, aligned to {@link #ALIGNMENT}
   */
  public static MemorySegment allocate(SegmentAllocator allocator, long bytes) {
    return allocator.allocate(bytes, ALIGNMENT);
  }

  /**
   * Checks that a caller's own memory can hold a tensor: native memory and large enough.
   *
   * @return the segment, cut to the tensor's size
   * @throws BadInputException if the segment is on the heap or too small
   */
  public static MemorySegment requireFits(MemorySegment segment, TensorSpec spec) {
    if (!segment.isNative()) {
      throw new BadInputException(
          "can't bind memory to " + spec,
          "the segment is on the Java heap, where native code can't reach it",
          "Allocate it with an Arena.");
    }
    long needed = spec.byteSize();
    if (segment.byteSize() < needed) {
      throw new BadInputException(
          "can't bind memory to " + spec,
          "the segment has " + segment.byteSize() + " bytes and the tensor needs " + needed,
          "Allocate it by OffHeap.allocate(arena, spec).");
    }
    return segment.byteSize() == needed ? segment : segment.asSlice(0, needed);
  }
}
