package io.github.npu4j.qnn;

import io.github.npu4j.internal.ffm.Arenas;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Memory of {@link SharedMemory}. May be shared between threads; closing it ends the registrations
 * made of it, waiting for runs that use them.
 */
public final class SharedBuffer implements AutoCloseable {

  private final Lifetime lifetime = new Lifetime("this shared buffer", null);
  private final Arena arena;
  private final MemorySegment memory;
  private final int file;
  private final Runnable free;

  SharedBuffer(Arena arena, MemorySegment memory, int file, Runnable free) {
    this.arena = arena;
    this.memory = memory;
    this.file = file;
    this.free = free;
  }

  /**
   * Returns the memory, page-aligned, of whole pages; it may be used from any thread until this is
   * closed.
   */
  public MemorySegment segment() {
    return memory;
  }

  /** Returns whether the NPU can reach this memory. */
  public boolean isShared() {
    return file >= 0;
  }

  /** Ends the registrations of this memory and gives it back. */
  @Override
  public void close() {
    lifetime.close(
        this,
        () -> {
          Arenas.closeWhenFree(arena);
          free.run();
        });
  }

  Lifetime lifetime() {
    return lifetime;
  }

  /** Returns the file descriptor under which the device knows the memory. */
  int file() {
    return file;
  }
}
