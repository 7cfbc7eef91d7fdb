package io.github.npu4j.qnn;

import io.github.npu4j.error.NativeCallException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps something native alive while it is in use, and closes it once.
 *
 * <p>A call into native code stands between {@link #enter} and {@link #exit}. {@link #close} lets
 * no new call in, waits for those under way, closes what was made from this (the newest first), and
 * then gives the native thing back. Entering costs one atomic addition and allocates nothing.
 */
final class Lifetime {

  /** The sign bit of {@link #users}, set when closing begins. */
  private static final int CLOSING = Integer.MIN_VALUE;

  private static final VarHandle USERS;

  static {
    try {
      USERS = MethodHandles.lookup().findVarHandle(Lifetime.class, "users", int.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private final String what;
  private final @Nullable Lifetime owner;
  private final List<AutoCloseable> children = new ArrayList<>();

  @SuppressWarnings("unused") // read and written through USERS
  private volatile int users;

  private boolean closing;
  private boolean closed;

  /**
   * Begins a life.
   *
   * @param what the thing in the field's words, for {@code "... is closed"}
   * @param owner whose closing closes this too, or {@code null}
   */
  Lifetime(String what, @Nullable Lifetime owner) {
    this.what = what;
    this.owner = owner;
  }

  /**
   * Begins a use.
   *
   * @throws IllegalStateException if closing has begun
   */
  void enter() {
    int before = (int) USERS.getAndAdd(this, 1);
    if (before < 0) {
      exit();
      throw new IllegalStateException(what + " is closed");
    }
  }

  /** Ends a use that {@link #enter} began. */
  void exit() {
    int after = (int) USERS.getAndAdd(this, -1) - 1;
    if (after == CLOSING) {
      synchronized (this) {
        notifyAll();
      }
    }
  }

  /** Takes something made from this; called during a use of this. */
  synchronized void adopt(AutoCloseable child) {
    children.add(child);
  }

  /** Lets go of something that was closed by itself. */
  synchronized void forget(AutoCloseable child) {
    children.remove(child);
  }

  /**
   * Closes once; every later or concurrent call only waits until the first is through. What the
   * library can't free is logged.
   *
   * @param self what the owner adopted
   * @param release gives the native thing back; runs when nobody uses it
   */
  void close(AutoCloseable self, Runnable release) {
    if (!begin()) {
      return;
    }
    RuntimeException failure = null;
    try {
      for (AutoCloseable child : orphans()) {
        failure = closeOne(child, failure);
      }
      failure = closeOne(release::run, failure);
    } finally {
      if (owner != null) {
        owner.forget(self);
      }
      synchronized (this) {
        closed = true;
        notifyAll();
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Returns whether this thread is the one to close; else waits until it is done. */
  private synchronized boolean begin() {
    if (closing) {
      await(() -> closed);
      return false;
    }
    closing = true;
    USERS.getAndBitwiseOr(this, CLOSING);
    await(() -> users == CLOSING);
    return true;
  }

  private synchronized List<AutoCloseable> orphans() {
    return List.copyOf(children).reversed();
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

  /** Waits, holding the monitor; an interrupt is kept for later, as native code can't be left. */
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
}
