package io.github.npu4j.qnn;

import io.github.npu4j.error.RuntimeMissingException;
import io.github.npu4j.internal.ffm.Downcall;
import io.github.npu4j.internal.ffm.NativeLibraries;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where memory comes from that the processor and the NPU share without a copy: the platform's RPC
 * allocator, {@code libcdsprpc}.
 *
 * <p>A machine without the allocator gets plain, page-aligned memory: the second choice, and {@link
 * #description} says so. May be shared between threads.
 */
public final class SharedMemory {

  /** The heap and the flags that the allocator's users on a laptop give: any memory, cached. */
  private static final int SYSTEM_HEAP = 25;

  private static final int DEFAULT_FLAGS = 1;

  private static final int NO_FILE = -1;
  private static final long PAGE = 4096;

  private final Allocator allocator;
  private final String description;

  private SharedMemory(Allocator allocator, String description) {
    this.allocator = allocator;
    this.description = description;
  }

  /** Gives memory out and takes it back. */
  private sealed interface Allocator {

    /** Plain memory of this process. */
    record Plain() implements Allocator {}

    /** The functions of the RPC allocator. */
    record Rpc(MemorySegment alloc, MemorySegment free, MemorySegment toFile)
        implements Allocator {}
  }

  /**
   * Looks for the RPC allocator where the platform keeps it; the second choice if it is not there.
   *
   * <p>On Windows that is the folder of the NPU's driver service, not the search path.
   */
  public static SharedMemory find() {
    List<Path> candidates = RpcLibrary.candidates();
    String reason =
        candidates.isEmpty()
            ? "this platform has no RPC allocator"
            : "there is none of " + candidates;
    for (Path candidate : candidates) {
      if (Files.exists(candidate)) {
        try {
          return open(candidate);
        } catch (RuntimeMissingException refused) {
          reason = refused.what() + ": " + refused.why();
        }
      }
    }
    return plain(reason);
  }

  /**
   * Uses the RPC allocator of one library.
   *
   * @throws RuntimeMissingException if it is absent or has not the functions
   */
  public static SharedMemory open(Path library) {
    SymbolLookup symbols = NativeLibraries.load(library);
    return of(
        NativeLibraries.require(symbols, "rpcmem_alloc", library),
        NativeLibraries.require(symbols, "rpcmem_free", library),
        NativeLibraries.require(symbols, "rpcmem_to_fd", library),
        "shared by " + library);
  }

  /** Uses allocator functions from anywhere. */
  static SharedMemory of(
      MemorySegment alloc, MemorySegment free, MemorySegment toFile, String description) {
    return new SharedMemory(new Allocator.Rpc(alloc, free, toFile), description);
  }

  /**
   * Uses plain memory.
   *
   * @param reason why, for {@link #description}
   */
  public static SharedMemory plain(String reason) {
    return new SharedMemory(new Allocator.Plain(), "plain memory, not shared: " + reason);
  }

  /** Returns whether the NPU can reach this memory, so that it can be registered. */
  public boolean isShared() {
    return allocator instanceof Allocator.Rpc;
  }

  /** Returns where the memory comes from, or why it is not shared. */
  public String description() {
    return description;
  }

  /**
   * Allocates zeroed, page-aligned memory.
   *
   * @param bytes how many, rounded up to whole pages
   * @throws IllegalArgumentException if there are none or more than 2 GiB
   * @throws OutOfMemoryError if the allocator has none left
   */
  public SharedBuffer allocate(long bytes) {
    if (bytes <= 0 || bytes > Integer.MAX_VALUE - PAGE) {
      throw new IllegalArgumentException("can't share " + bytes + " bytes");
    }
    long pages = (bytes + PAGE - 1) / PAGE * PAGE;
    return switch (allocator) {
      case Allocator.Plain() -> {
        Arena arena = Arena.ofShared();
        yield new SharedBuffer(arena, arena.allocate(pages, PAGE), NO_FILE, () -> {});
      }
      case Allocator.Rpc rpc -> allocate(rpc, (int) pages);
    };
  }

  @SuppressWarnings("restricted") // the allocator promises as many bytes as were requested
  private static SharedBuffer allocate(Allocator.Rpc rpc, int bytes) {
    MemorySegment pointer =
        MemorySegment.ofAddress(call(rpc.alloc(), SYSTEM_HEAP, DEFAULT_FLAGS, bytes));
    if (pointer.address() == 0) {
      throw new OutOfMemoryError("the RPC allocator has no " + bytes + " bytes left");
    }
    Arena arena = Arena.ofShared();
    MemorySegment memory = pointer.reinterpret(bytes, arena, null).fill((byte) 0);
    int file = (int) call(rpc.toFile(), pointer.address(), 0, 0);
    return new SharedBuffer(arena, memory, file, () -> call(rpc.free(), pointer.address(), 0, 0));
  }

  private static long call(MemorySegment function, long a, long b, long c) {
    return Downcall.words(function, a, b, c, 0, 0, 0, 0, 0);
  }
}
