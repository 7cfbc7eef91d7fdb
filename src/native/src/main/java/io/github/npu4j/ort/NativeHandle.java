package io.github.npu4j.ort;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.LongConsumer;

/**
 * A native object that is released once, after the last use in flight has ended.
 *
 * <p>Every use is bracketed by {@link #enter()} or {@link #enterAlone()} and {@link #leave()};
 * neither allocates. Safe for use by many threads. A thread that closes the handle inside a use of
 * its own would wait for itself.
 */
final class NativeHandle {

  /** Set in {@link #state} once closing has begun; below it the number of uses in flight. */
  private static final int CLOSED = Integer.MIN_VALUE;

  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(NativeHandle.class, "state", int.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private final String what;
  private final long address;
  private final LongConsumer release;
  private volatile int state;
  private boolean released;

  /**
   * Takes charge of a native object.
   *
   * @param what the object, for the error of a use after it was closed
   * @param release what releases it
   */
  NativeHandle(String what, long address, LongConsumer release) {
    this.what = what;
    this.address = address;
    this.release = release;
  }

  /**
   * Begins a use that others may share.
   *
   * @return the object's address, valid until {@link #leave()}
   * @throws IllegalStateException if the object is closed
   */
  long enter() {
    int before = (int) STATE.getAndAdd(this, 1);
    if (before < 0) {
      leave();
      throw closed();
    }
    return address;
  }

  /**
   * Begins a use that excludes all others.
   *
   * @return the object's address, valid until {@link #leave()}
   * @throws IllegalStateException if the object is closed or in use
   */
  long enterAlone() {
    if (!STATE.compareAndSet(this, 0, 1)) {
      throw state < 0
          ? closed()
          : new IllegalStateException(
              what + " is in use by another thread; it belongs to one thread at a time");
    }
    return address;
  }

  /** Ends a use. */
  void leave() {
    int before = (int) STATE.getAndAdd(this, -1);
    if (before == CLOSED + 1) {
      synchronized (this) {
        notifyAll();
      }
    }
  }

  /** Returns whether closing has begun. */
  boolean isClosed() {
    return state < 0;
  }

  /** Waits for the uses in flight, then releases the object; a second call does nothing. */
  void close() {
    close(() -> {}, () -> {});
  }

  /**
   * Waits for the uses in flight, then releases the object; a second call waits for the first.
   *
   * @param before closes what needs the object
   * @param after frees what the object needs
   */
  synchronized void close(Runnable before, Runnable after) {
    STATE.getAndBitwiseOr(this, CLOSED);
    boolean interrupted = false;
    while (state != CLOSED) {
      try {
        wait();
      } catch (InterruptedException later) {
        interrupted = true;
      }
    }
    if (!released) {
      released = true;
      before.run();
      release.accept(address);
      after.run();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private IllegalStateException closed() {
    return new IllegalStateException(what + " is closed");
  }
}
