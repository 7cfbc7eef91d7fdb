package io.github.npu4j.engine.direct;

import java.util.ArrayDeque;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Lets the callers that share one HTP run one after the other, in the order they came.
 *
 * <p>A free device costs two uncontended monitors. Nothing is allocated once the queue has reached
 * its length: each binding brings its own {@link Ticket}.
 */
final class DeviceQueue {

  /** A time limit for callers that have none; it fits into the clock's arithmetic. */
  static final long FOREVER = Long.MAX_VALUE / 4;

  /** The place of one caller; used for one turn at a time. */
  static final class Ticket {
    private volatile @Nullable Thread waiting;
    private volatile boolean granted;
    private volatile boolean abandoned;

    /** How long the last turn was awaited; for the thread that brought the ticket. */
    private long waitedNanos;

    /** Returns how long the last turn was awaited, in nanoseconds. */
    long waitedNanos() {
      return waitedNanos;
    }

    /** Makes the ticket good again after {@link DeviceQueue#abandonTurn}. */
    void renew() {
      abandoned = false;
    }
  }

  private final ArrayDeque<Ticket> waiting = new ArrayDeque<>();
  private boolean busy;

  /**
   * Waits for a turn.
   *
   * @return whether it came; {@code false} if {@link #abandonTurn} was called or the time ran out
   */
  boolean enter(Ticket ticket, long timeoutNanos) {
    ticket.waitedNanos = 0;
    synchronized (waiting) {
      if (ticket.abandoned) {
        return false;
      }
      if (!busy) {
        busy = true;
        return true;
      }
      ticket.granted = false;
      ticket.waiting = Thread.currentThread();
      waiting.add(ticket);
    }
    return await(ticket, timeoutNanos);
  }

  /** Ends a turn and lets the next in line have the device. */
  void leave() {
    Ticket next;
    synchronized (waiting) {
      next = waiting.poll();
      if (next == null) {
        busy = false;
        return;
      }
      next.granted = true;
    }
    LockSupport.unpark(next.waiting);
  }

  /**
   * Makes the caller that waits with this ticket, or is about to, abandon its turn. A turn that has
   * come is not taken back. The ticket is void until it is {@linkplain Ticket#renew renewed}.
   */
  void abandonTurn(Ticket ticket) {
    synchronized (waiting) {
      ticket.abandoned = true;
      if (!waiting.remove(ticket)) {
        return;
      }
    }
    LockSupport.unpark(ticket.waiting);
  }

  /** Returns how many callers wait for their turn. */
  int length() {
    synchronized (waiting) {
      return waiting.size();
    }
  }

  private boolean await(Ticket ticket, long timeoutNanos) {
    long start = System.nanoTime();
    long deadline = start + timeoutNanos;
    boolean interrupted = false;
    while (!ticket.granted && !ticket.abandoned) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        abandonTurn(ticket);
        continue;
      }
      LockSupport.parkNanos(this, left);
      interrupted |= Thread.interrupted();
    }
    ticket.waitedNanos = System.nanoTime() - start;
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return ticket.granted;
  }
}
