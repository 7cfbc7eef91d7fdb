package io.github.npu4j.compile;

/** Whether the buckets of a model have their weights each for itself. */
public enum Weights {
  /** Each bucket is a context binary with its own weights. */
  SEPARATE,
  /**
   * All buckets are graphs of one context binary and share one copy of the weights: about the size
   * of one bucket. Devices run such a file, the emulator can't; so each bucket is compiled
   * separately as well.
   */
  SHARED
}
