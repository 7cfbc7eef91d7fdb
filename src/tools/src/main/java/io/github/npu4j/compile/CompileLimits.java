package io.github.npu4j.compile;

import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * What compiling one context binary may take. A damaged or hostile model can keep Qualcomm's
 * compiler busy for hours and in all memory; it runs in a process of its own, which is stopped at
 * these limits.
 *
 * @param time how long one graph may take
 * @param memoryBytes how much of the machine's memory the process may hold; where the system tells
 *     a process's memory by what it was promised instead (Windows), that is compared
 */
record CompileLimits(Duration time, long memoryBytes) {

  /**
   * Enough for what is compiled in minutes; the largest that was tried here, 400 MB of weights,
   * takes one.
   */
  private static final Duration USUAL_TIME = Duration.ofMinutes(30);

  /** Checks that there is something to work with. */
  CompileLimits {
    if (!time.isPositive() || memoryBytes < 1) {
      throw new IllegalArgumentException(
          "limits of " + time + " and " + memoryBytes + " bytes leave nothing to work with");
    }
  }

  /** Returns 30 minutes, and three quarters of the memory that this machine or container has. */
  static CompileLimits usual() {
    long memory =
        ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.OperatingSystemMXBean system
            ? system.getTotalMemorySize() / 4 * 3
            : Long.MAX_VALUE;
    return new CompileLimits(USUAL_TIME, Math.max(memory, 1));
  }

  /** Returns a copy with another limit of time. */
  CompileLimits withTime(Duration limit) {
    return new CompileLimits(limit, memoryBytes);
  }

  /** Returns a copy with another limit of memory. */
  CompileLimits withMemoryBytes(long limit) {
    return new CompileLimits(time, limit);
  }
}
