package io.github.npu4j.qnn;

import io.github.npu4j.error.NativeCallException;
import io.github.npu4j.internal.concurrent.UseCount;
import io.github.npu4j.qnn.abi.QnnLog;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The life of something that QNN made: in use, owner of what was made from it, closed once.
 *
 * <p>A call into native code stands between {@link #enter} and {@link #exit}. {@link #close} lets
 * no new call in, waits for those under way, closes what was made from this (the newest first), and
 * then gives the native thing back. Entering costs one atomic addition and allocates nothing.
 */
final class Lifetime extends UseCount {

  private final @Nullable Lifetime owner;

  /** What was made from this and is open, in the order it was made. Guarded by itself. */
  private final List<AutoCloseable> children = new ArrayList<>();

  /**
   * Begins a life.
   *
   * @param what the thing in the field's words, for {@code "... is closed"}
   * @param owner whose closing closes this too, or {@code null}
   */
  Lifetime(String what, @Nullable Lifetime owner) {
    super(what);
    this.owner = owner;
  }

  /**
   * Begins a use.
   *
   * @throws IllegalStateException if closing has begun
   */
  void enter() {
    begin();
  }

  /** Ends a use that {@link #enter} began. */
  void exit() {
    end();
  }

  /** Takes something made from this; called during a use of this. */
  void adopt(AutoCloseable child) {
    synchronized (children) {
      children.add(child);
    }
  }

  /** Lets go of something that was closed by itself. */
  void forget(AutoCloseable child) {
    synchronized (children) {
      children.remove(child);
    }
  }

  /**
   * Closes once; every later or concurrent call only waits until the first is through. What the
   * library can't free is logged.
   *
   * @param self what the owner adopted
   * @param release gives the native thing back; runs when no call uses it
   */
  void close(AutoCloseable self, Runnable release) {
    closeOnce(() -> {
      RuntimeException failure = null;
      try {
        for (AutoCloseable child : newestFirst()) {
          failure = closeOne(child, failure);
        }
        failure = closeOne(release::run, failure);
      } finally {
        if (owner != null) {
          owner.forget(self);
        }
      }
      if (failure != null) {
        throw failure;
      }
    });
  }

  private List<AutoCloseable> newestFirst() {
    synchronized (children) {
      return List.copyOf(children).reversed();
    }
  }

  private static @Nullable RuntimeException closeOne(
      AutoCloseable one, @Nullable RuntimeException earlier) {
    try {
      one.close();
      return earlier;
    } catch (NativeCallException notFreed) {
      // A device that is gone can't free anything either; whoever closes can't help it.
      QnnLog.LOGGER.log(System.Logger.Level.WARNING, notFreed.getMessage());
      return earlier;
    } catch (Exception thrown) {
      RuntimeException failure =
          thrown instanceof RuntimeException unchecked
              ? unchecked
              : new IllegalStateException(thrown);
      if (earlier == null) {
        return failure;
      }
      earlier.addSuppressed(failure);
      return earlier;
    }
  }
}
