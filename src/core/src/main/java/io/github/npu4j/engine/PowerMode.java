package io.github.npu4j.engine;

/** What is requested of the NPU's power management. Has no meaning for other devices. */
public enum PowerMode {
  /** Nothing: the device's own governor decides. */
  SYSTEM,
  /** Full speed while there are runs, taken back when there are none for a third of a second. */
  BURST
}
