package io.github.npu4j.measure;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What the current thread allocates on the Java heap, by {@link
 * ThreadMXBean#getCurrentThreadAllocatedBytes()}; other threads and native memory don't count.
 */
final class ThreadAllocation {

  /** Looked up once: a look-up allocates. */
  private static final @Nullable ThreadMXBean THREADS =
      ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads
              && threads.isThreadAllocatedMemorySupported()
              && threads.isThreadAllocatedMemoryEnabled()
          ? threads
          : null;

  private final long begin = total();

  private ThreadAllocation() {}

  /** Begins to count. */
  static ThreadAllocation begin() {
    return new ThreadAllocation();
  }

  /** Returns the bytes allocated since the beginning; empty if this JVM does not count them. */
  OptionalLong bytes() {
    return THREADS == null ? OptionalLong.empty() : OptionalLong.of(total() - begin);
  }

  private static long total() {
    return THREADS == null ? 0 : THREADS.getCurrentThreadAllocatedBytes();
  }
}
