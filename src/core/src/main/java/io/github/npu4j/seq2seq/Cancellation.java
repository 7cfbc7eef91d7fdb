package io.github.npu4j.seq2seq;

import io.github.npu4j.seq2seq.generation.Ending;

/**
 * Ends answers that are being made, from any thread. The step in flight is finished; the answer is
 * then what there is, with {@link Ending#CANCELLED}. One object may stand for several calls, and
 * stays cancelled.
 */
public final class Cancellation {

  private volatile boolean cancelled;

  /** Makes one that is not cancelled. */
  public Cancellation() {}

  /** Ends the answers. */
  public void cancel() {
    cancelled = true;
  }

  /** Returns whether {@link #cancel()} was called. */
  public boolean isCancelled() {
    return cancelled;
  }
}
