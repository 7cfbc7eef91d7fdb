package io.github.npu4j.ort.abi;

import io.github.npu4j.internal.concurrent.UseCount;
import java.util.function.LongConsumer;

/**
 * A native object that is released once, after the last use in flight has ended.
 *
 * <p>Every use is bracketed by {@link #enter()} or {@link #enterAlone()} and {@link #leave()};
 * neither allocates. May be shared by threads. A thread that closes the handle inside a use of its
 * own would wait for itself.
 */
public final class NativeHandle {

  private final UseCount uses;
  private final long address;
  private final LongConsumer release;

  /**
   * Takes charge of a native object.
   *
   * @param what the object, for the error of a use after it was closed
   * @param release what releases it
   */
  public NativeHandle(String what, long address, LongConsumer release) {
    this.uses = new UseCount(what);
    this.address = address;
    this.release = release;
  }

  /**
   * Begins a use that others may share.
   *
   * @return the object's address, valid until {@link #leave()}
   * @throws IllegalStateException if the object is closed
   */
  public long enter() {
    uses.begin();
    return address;
  }

  /**
   * Begins a use of an object that is not in use.
   *
   * @return the object's address, valid until {@link #leave()}
   * @throws IllegalStateException if the object is closed or in use
   */
  public long enterAlone() {
    uses.beginAlone();
    return address;
  }

  /** Ends a use. */
  public void leave() {
    uses.end();
  }

  /** Waits for the uses in flight, then releases the object; a second call waits for the first. */
  public void close() {
    close(() -> {}, () -> {});
  }

  /**
   * Waits for the uses in flight, then releases the object; a second call waits for the first.
   *
   * @param before closes what needs the object
   * @param after frees what the object needs
   */
  public void close(Runnable before, Runnable after) {
    uses.closeOnce(() -> {
      before.run();
      release.accept(address);
      after.run();
    });
  }
}
