package io.github.npu4j.engine.execution;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Orders run, cancel and close of one binding by a single word, so that an undisturbed run costs
 * two compare-and-sets and no shared cache line.
 *
 * <p>A run enters and leaves. Another thread may interrupt it in between: the interruption and what
 * it does to the native side happen under this object's monitor, and a disturbed run leaves under
 * the same monitor, so no interruption outlives the run it was meant for.
 */
public final class RunGate {

  /** Why a run was asked to stop. */
  public enum Abort {
    NONE,
    CANCELLED,
    TIMED_OUT
  }

  private static final int IDLE = 0;
  private static final int RUNNING = 1;
  private static final int CANCELLED = 2;
  private static final int TIMED_OUT = 3;
  private static final int CLOSED = 4;

  private static final long SHORTEST_WAIT_NANOS = 20_000;
  private static final long LONGEST_WAIT_NANOS = 2_000_000;

  private final AtomicInteger state = new AtomicInteger(IDLE);
  private final String owner;

  /** Keeps new runs out, lest a caller that runs in a loop keeps the closing one waiting. */
  private volatile boolean closing;

  /**
   * Makes an open gate.
   *
   * @param owner what the gate belongs to, for messages
   */
  RunGate(String owner) {
    this.owner = owner;
  }

  /**
   * Begins a run.
   *
   * @throws IllegalStateException if the gate is closed or another thread's run is in flight
   */
  void enter() {
    if (closing) {
      throw misuse(CLOSED);
    }
    int seen = state.compareAndExchange(IDLE, RUNNING);
    if (seen != IDLE) {
      throw misuse(seen);
    }
  }

  /**
   * Ends a run.
   *
   * @param unstop undoes what the interruption did to the native side; called only if there was one
   * @return why the run was asked to stop, or {@link Abort#NONE}
   */
  Abort leave(Runnable unstop) {
    if (state.compareAndSet(RUNNING, IDLE)) {
      return Abort.NONE;
    }
    synchronized (this) {
      Abort abort = state.get() == TIMED_OUT ? Abort.TIMED_OUT : Abort.CANCELLED;
      unstop.run();
      state.set(IDLE);
      return abort;
    }
  }

  /** Asks the run in flight to stop; does nothing without one. */
  synchronized void interrupt(Abort why, Runnable stop) {
    if (state.compareAndSet(RUNNING, why == Abort.TIMED_OUT ? TIMED_OUT : CANCELLED)) {
      stop.run();
    }
  }

  /**
   * Waits for a run in flight and closes the gate.
   *
   * @return whether this call closed it; of several callers exactly one gets {@code true}
   */
  boolean close() {
    closing = true;
    long wait = SHORTEST_WAIT_NANOS;
    boolean interrupted = false;
    try {
      while (true) {
        int seen = state.compareAndExchange(IDLE, CLOSED);
        if (seen == IDLE) {
          return true;
        }
        if (seen == CLOSED) {
          return false;
        }
        LockSupport.parkNanos(this, wait);
        interrupted |= Thread.interrupted();
        wait = Math.min(2 * wait, LONGEST_WAIT_NANOS);
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Checks that the gate is open and no run is in flight.
   *
   * @throws IllegalStateException otherwise
   */
  void requireIdle() {
    int seen = closing ? CLOSED : state.get();
    if (seen != IDLE) {
      throw misuse(seen);
    }
  }

  private IllegalStateException misuse(int seen) {
    return new IllegalStateException(
        seen == CLOSED
            ? owner + " is closed"
            : owner + " is already running in another thread; make one binding for each thread");
  }
}
