package io.github.npu4j.engine.execution;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Calls back once after a time limit, unless it is closed first. After {@link #close()} has
 * returned the callback is not running and will not run.
 */
public final class TimeLimit implements AutoCloseable {

  private static final ScheduledThreadPoolExecutor CLOCK = clock();

  private final Runnable callback;
  private final ScheduledFuture<?> task;
  private boolean armed = true;

  private TimeLimit(Duration limit, Runnable callback) {
    this.callback = callback;
    this.task = CLOCK.schedule(this::expire, saturatedNanos(limit), TimeUnit.NANOSECONDS);
  }

  /** Starts the clock. */
  public static TimeLimit in(Duration limit, Runnable callback) {
    return new TimeLimit(limit, callback);
  }

  /** Returns a duration in nanoseconds; one too long for a {@code long} is as long as can be. */
  public static long saturatedNanos(Duration limit) {
    return limit.compareTo(Duration.ofNanos(Long.MAX_VALUE / 4)) > 0
        ? Long.MAX_VALUE / 4
        : limit.toNanos();
  }

  @Override
  public synchronized void close() {
    armed = false;
    task.cancel(false);
  }

  private synchronized void expire() {
    if (armed) {
      armed = false;
      callback.run();
    }
  }

  private static ScheduledThreadPoolExecutor clock() {
    ScheduledThreadPoolExecutor clock =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "npu4j-timeouts");
              thread.setDaemon(true);
              return thread;
            });
    clock.setRemoveOnCancelPolicy(true);
    return clock;
  }
}
