package io.github.npu4j.testing;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/** Measures what code allocates on the Java heap once it is compiled. */
public final class Allocation {

  /** How long the compiler may take on a busy machine. */
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private Allocation() {}

  /**
   * Runs a batch again and again until it allocates nothing, or patience ends.
   *
   * @return the least bytes that this thread allocated in one batch
   */
  public static long leastBytes(Runnable batch) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (least > 0 && System.nanoTime() < deadline) {
      long before = threads.getCurrentThreadAllocatedBytes();
      batch.run();
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }
}
