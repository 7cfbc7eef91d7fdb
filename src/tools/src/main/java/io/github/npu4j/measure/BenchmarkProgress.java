package io.github.npu4j.measure;

import io.github.npu4j.runtime.Device;

/**
 * Is told how far a benchmark is, between what is measured and never within: what it does costs
 * time, but counts for no device.
 *
 * <p>The calls come from the thread that measures.
 */
public interface BenchmarkProgress {

  /** Takes no notice. */
  BenchmarkProgress NONE = new BenchmarkProgress() {};

  /** Is called before the model is opened on a device. */
  default void opening(Device device) {}

  /**
   * Is called when a device takes no further part.
   *
   * @param reason why, without a full stop
   */
  default void leaving(Device device, String reason) {}

  /**
   * Is called after each round on all devices.
   *
   * @param done how many rounds are measured
   * @param planned how many there are at most
   */
  default void measured(int done, int planned) {}
}
