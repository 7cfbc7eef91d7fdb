package io.github.npu4j.engine;

/** Where the memory of inputs and outputs on an NPU comes from. */
public enum TensorMemory {
  /**
   * Memory that the processor and the NPU share, so that nothing is copied at a run; plain memory,
   * which the placement's detail then says, where the machine or the driver has none to give.
   */
  SHARED,
  /** Plain memory of the process, which is copied to and from the NPU at each run. */
  PLAIN
}
