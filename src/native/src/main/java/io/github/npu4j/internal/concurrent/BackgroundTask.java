package io.github.npu4j.internal.concurrent;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Work that is done on a thread of its own while its owner does something else.
 *
 * <p>May be shared by threads.
 *
 * @param <T> what the work gives
 */
public final class BackgroundTask<T> {

  private final FutureTask<T> work;

  private BackgroundTask(FutureTask<T> work) {
    this.work = work;
  }

  /**
   * Begins some work.
   *
   * @param name the thread's name
   */
  public static <T> BackgroundTask<T> start(String name, Supplier<T> work) {
    FutureTask<T> task = new FutureTask<>(work::get);
    Thread.ofPlatform().daemon().name(name).start(task);
    return new BackgroundTask<>(task);
  }

  /**
   * Waits for what the work gives, the same at each call. The work can't be left behind, so an
   * interrupt does not end the wait; it is there again after it.
   *
   * <p>Throws what the work threw.
   */
  public T get() {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return work.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw thrown(e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static RuntimeException thrown(@Nullable Throwable cause) {
    if (cause instanceof RuntimeException unchecked) {
      return unchecked;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    return new IllegalStateException("a supplier threw a checked exception", cause);
  }
}
