package io.github.npu4j.internal.concurrent;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.StampedLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets threads call an object until it is closed, and lets closing wait for the calls in flight.
 *
 * <p>A call stands between {@link #enter} and {@link #leave}; it allocates nothing and several may
 * run at once. May be shared by threads.
 */
public final class CallGate {

  private static final int MOST_THREADS = 4;

  private final String owner;
  private final StampedLock lock = new StampedLock();
  private @Nullable ExecutorService threads;

  /** The same, for callers: it refuses calls as this gate does once it is closed. */
  private @Nullable Executor entrance;

  /** Turns newcomers away, so that closing waits only for the calls in flight. */
  private volatile boolean closed;

  /**
   * Makes an open gate.
   *
   * @param owner what is called, for {@code "... is closed"}
   */
  public CallGate(String owner) {
    this.owner = owner;
  }

  /**
   * Begins a call.
   *
   * @return what {@link #leave} wants
   * @throws IllegalStateException if the gate is closed
   */
  public long enter() {
    if (!closed) {
      long stamp = lock.readLock();
      if (!closed) {
        return stamp;
      }
      lock.unlockRead(stamp);
    }
    throw closedError();
  }

  /** Ends a call. */
  public void leave(long stamp) {
    lock.unlockRead(stamp);
  }

  /**
   * Passes while the gate is open; for an answer that is known and needs no call.
   *
   * @throws IllegalStateException if the gate is closed
   */
  public void requireOpen() {
    if (closed) {
      throw closedError();
    }
  }

  /** Returns whether closing has begun. */
  public boolean isClosed() {
    return closed;
  }

  /**
   * Returns daemon threads for calls whose result is not awaited, a few, made at the first use.
   * Each of those calls enters like any other. A call that is handed over after closing began is
   * refused with {@link IllegalStateException}, as {@link #enter} refuses it.
   *
   * @param prefix what their names begin with
   * @throws IllegalStateException if the gate is closed
   */
  public synchronized Executor threads(String prefix) {
    requireOpen();
    Executor made = entrance;
    if (made == null) {
      int count = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MOST_THREADS);
      ExecutorService pool =
          Executors.newFixedThreadPool(
              count, Thread.ofPlatform().daemon().name(prefix, 0).factory());
      threads = pool;
      made = call -> execute(pool, call);
      entrance = made;
    }
    return made;
  }

  /** Closing may come between the moment a caller got the threads and this one. */
  private void execute(ExecutorService pool, Runnable call) {
    try {
      pool.execute(call);
    } catch (RejectedExecutionException closing) {
      throw closedError();
    }
  }

  /**
   * Lets no new call in, waits for those in flight, and frees what they used.
   *
   * @param free frees it; run by each caller, one at a time, so it has to be idempotent
   */
  public void close(Runnable free) {
    synchronized (this) {
      closed = true;
      if (threads != null) {
        threads.shutdown();
      }
    }
    long stamp = lock.writeLock();
    try {
      free.run();
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  private IllegalStateException closedError() {
    return new IllegalStateException(owner + " is closed");
  }
}
