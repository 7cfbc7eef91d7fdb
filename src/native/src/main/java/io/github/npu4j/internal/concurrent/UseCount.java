package io.github.npu4j.internal.concurrent;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts the uses of an object that are in flight, and closes the object once, after the last.
 *
 * <p>One word holds both facts, so that "may I begin" and "I have begun" are a single atomic step:
 *
 * <ul>
 *   <li>bit 31, the sign: closing has begun, and no further use may begin;
 *   <li>bits 0 to 30: how many uses are in flight.
 * </ul>
 *
 * <p>The word goes through these states:
 *
 * <pre>
 *   0                open, not in use
 *   n                open, n uses in flight
 *   MIN_VALUE + n    closing, and waiting for n uses to end
 *   MIN_VALUE        closing or closed, not in use: what closes has the object to itself
 * </pre>
 *
 * <p>{@link #begin} adds 1 and looks at the word as it was: if the sign was set, it takes the 1
 * away again and throws. So the count of a closing object may rise for a moment, but no use runs in
 * that moment, and the sign is never cleared. Whoever brings the word down to {@code MIN_VALUE}
 * wakes the closing thread. A use costs two atomic additions and allocates nothing.
 *
 * <p>May be shared by threads. A thread that closes the object inside a use of its own would wait
 * for itself forever.
 */
public class UseCount {

  private static final int CLOSING = Integer.MIN_VALUE;

  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(UseCount.class, "state", int.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private final String what;

  @SuppressWarnings("unused") // also written through STATE
  private volatile int state;

  /** The thread that closes; {@code null} before. Guarded by this. */
  private @Nullable Thread closer;

  /** Whether closing is through. Guarded by this. */
  private boolean closed;

  /**
   * Makes an open count of no uses.
   *
   * @param what the object in the field's words, for {@code "... is closed"}
   */
  public UseCount(String what) {
    this.what = what;
  }

  /**
   * Begins a use, beside any others; {@link #end} ends it.
   *
   * @throws IllegalStateException if closing has begun
   */
  public final void begin() {
    int before = (int) STATE.getAndAdd(this, 1);
    if (before < 0) {
      end();
      throw closedError();
    }
  }

  /**
   * Begins a use of an object that is not in use; {@link #end} ends it.
   *
   * @throws IllegalStateException if closing has begun or a use is in flight
   */
  public final void beginAlone() {
    if (!STATE.compareAndSet(this, 0, 1)) {
      throw state < 0
          ? closedError()
          : new IllegalStateException(
              what + " is in use by another thread; it belongs to one thread at a time");
    }
  }

  /** Ends a use. */
  public final void end() {
    int before = (int) STATE.getAndAdd(this, -1);
    if (before == CLOSING + 1) {
      synchronized (this) {
        notifyAll();
      }
    }
  }

  /** Returns whether closing has begun. */
  public final boolean isClosed() {
    return state < 0;
  }

  /**
   * Closes once: lets no use begin, waits for those in flight, then runs the work. Every other call
   * only waits until the first is through; one that the work itself makes returns at once.
   *
   * <p>An interrupt does not end the wait, as native code can't be left behind; it is there again
   * afterwards.
   *
   * @param work frees the object; what it throws is thrown to the caller that runs it
   */
  public final void closeOnce(Runnable work) {
    if (!beginClosing()) {
      return;
    }
    try {
      work.run();
    } finally {
      synchronized (this) {
        closed = true;
        notifyAll();
      }
    }
  }

  /** Returns whether this thread is the one to close; else waits until closing is through. */
  private synchronized boolean beginClosing() {
    if (closer != null) {
      if (closer != Thread.currentThread()) {
        await(() -> closed);
      }
      return false;
    }
    closer = Thread.currentThread();
    STATE.getAndBitwiseOr(this, CLOSING);
    await(() -> state == CLOSING);
    return true;
  }

  /** Waits, holding the monitor. */
  private void await(BooleanSupplier reached) {
    boolean interrupted = false;
    while (!reached.getAsBoolean()) {
      try {
        wait();
      } catch (InterruptedException later) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private IllegalStateException closedError() {
    return new IllegalStateException(what + " is closed");
  }
}
