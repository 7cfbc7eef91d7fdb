package io.github.npu4j.error;

/**
 * Ends a long call, or several, from any thread: a batch, an answer, a compilation. The step in
 * flight is finished first. What the call then gives is said by its javadoc. Stays cancelled.
 */
public final class Cancellation {

  private volatile boolean cancelled;

  /** Makes one that is not cancelled. */
  public Cancellation() {}

  /** Ends the calls that were given this. */
  public void cancel() {
    cancelled = true;
  }

  /** Returns whether {@link #cancel()} was called. */
  public boolean isCancelled() {
    return cancelled;
  }

  /**
   * Ends the calling method where it was cancelled, or where its thread was interrupted. The
   * thread's interrupt status stays as it is.
   *
   * @param work what is done, for {@code "... was cancelled"}
   * @throws RunAbortedException if it is to end
   */
  public void throwIfStopped(String work) {
    if (cancelled) {
      throw new RunAbortedException(work + " was cancelled", "", "");
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new RunAbortedException(work + " was interrupted", "", "");
    }
  }
}
