package io.github.npu4j.engine;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/**
 * Holds the device at full speed while there is work and lets go when there is none: a vote for
 * burst is cast before the first run and withdrawn after a while without one.
 *
 * <p>Every call but {@link #close()} is made by the one that has the device's turn, so a run that
 * finds the vote in place pays for one counter.
 */
final class BurstPower implements AutoCloseable {

  /** A vote in the HTP's power infrastructure. */
  interface Vote {
    /** Asks for full speed. */
    void raise();

    /** Takes the request back. */
    void release();
  }

  private final Vote vote;
  private final Duration idle;
  private final DeviceQueue queue;
  private final DeviceQueue.Ticket ticket = new DeviceQueue.Ticket();

  private boolean raised;
  private long runs;
  private long runsSeen;
  private @Nullable ScheduledFuture<?> watch;

  /**
   * Makes a policy; no vote is cast yet.
   *
   * @param queue the device's queue: the vote is withdrawn in a turn of its own
   * @param idle how long the device may rest before the vote is withdrawn, to within twice that
   */
  BurstPower(Vote vote, DeviceQueue queue, Duration idle) {
    this.vote = vote;
    this.queue = queue;
    this.idle = idle;
  }

  /** Tells that a run is about to begin; called with the device's turn. */
  void beforeRun() {
    runs++;
    if (!raised) {
      vote.raise();
      raised = true;
      watch = Alarm.every(idle, this::releaseWhenIdle);
    }
  }

  private void releaseWhenIdle() {
    if (!queue.enter(ticket, 0)) {
      return; // busy, so not idle
    }
    try {
      if (runs == runsSeen) {
        release();
      }
      runsSeen = runs;
    } finally {
      queue.leave();
    }
  }

  /** Withdraws the vote; no run may follow. */
  @Override
  public void close() {
    queue.enter(new DeviceQueue.Ticket(), DeviceQueue.FOREVER);
    try {
      release();
    } finally {
      queue.leave();
    }
  }

  private void release() {
    if (raised) {
      raised = false;
      if (watch != null) {
        watch.cancel(false);
      }
      vote.release();
    }
  }
}
