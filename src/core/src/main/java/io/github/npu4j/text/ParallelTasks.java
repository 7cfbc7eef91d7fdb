package io.github.npu4j.text;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Threads that do the tasks of one call together: the caller's, and others that live as long as the
 * call. Each takes the next task when it is done with one.
 */
final class ParallelTasks {

  private final int count;
  private final IntConsumer task;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  private ParallelTasks(int count, IntConsumer task) {
    this.count = count;
    this.task = task;
  }

  /**
   * Does tasks 0 to {@code count - 1}, in this order as far as they are begun.
   *
   * @param threads the most threads, the caller's included
   * @param task does one; run by several threads at once
   * @param afterOwn called by the caller's thread after each task that it did itself
   * @throws RuntimeException what a task or {@code afterOwn} throws first; no task is begun after
   *     it
   */
  static void each(int count, int threads, IntConsumer task, Runnable afterOwn) {
    ParallelTasks tasks = new ParallelTasks(count, task);
    List<Thread> others = new ArrayList<>();
    for (int i = 1; i < Math.min(threads, count); i++) {
      others.add(
          Thread.ofPlatform()
              .daemon()
              .name("npu4j-embed-many-" + i)
              .start(() -> tasks.work(() -> {})));
    }
    tasks.work(afterOwn);
    others.forEach(ParallelTasks::join);
    Throwable failed = tasks.failure.get();
    if (failed instanceof Error error) {
      throw error;
    }
    if (failed instanceof RuntimeException exception) {
      throw exception;
    }
  }

  private void work(Runnable after) {
    try {
      int mine = next.getAndIncrement();
      while (mine < count && failure.get() == null) {
        task.accept(mine);
        after.run();
        mine = next.getAndIncrement();
      }
    } catch (RuntimeException | Error failed) {
      failure.compareAndSet(null, failed);
    }
  }

  private static void join(Thread thread) {
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException later) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
