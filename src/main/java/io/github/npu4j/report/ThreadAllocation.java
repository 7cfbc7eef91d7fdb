package io.github.npu4j.report;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.OptionalLong;

/**
 * What the current thread allocates on the Java heap, by {@link
 * ThreadMXBean#getCurrentThreadAllocatedBytes()}; other threads and native memory don't count.
 */
public final class ThreadAllocation {

  private static final boolean KNOWN =
      ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads
          && threads.isThreadAllocatedMemorySupported()
          && threads.isThreadAllocatedMemoryEnabled();

  private final long begin = total();

  private ThreadAllocation() {}

  /** Begins to count. */
  public static ThreadAllocation begin() {
    return new ThreadAllocation();
  }

  /** Returns the bytes allocated since the beginning; empty if this JVM does not count them. */
  public OptionalLong bytes() {
    return KNOWN ? OptionalLong.of(total() - begin) : OptionalLong.empty();
  }

  private static long total() {
    return KNOWN
        ? ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes()
        : 0;
  }
}
