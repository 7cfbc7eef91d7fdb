package io.github.npu4j.ort;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Something that several owners need, freed when the last of them lets go.
 *
 * <p>It is born with one owner. Safe for use by many threads.
 */
final class Retained {

  private final AtomicInteger owners = new AtomicInteger(1);
  private final Runnable free;

  Retained(Runnable free) {
    this.free = free;
  }

  /**
   * Adds an owner.
   *
   * @return whether it is still there
   */
  boolean retain() {
    return owners.getAndUpdate(count -> count == 0 ? 0 : count + 1) > 0;
  }

  /** Takes an owner away; each owner calls this once. */
  void release() {
    if (owners.decrementAndGet() == 0) {
      free.run();
    }
  }
}
