package io.github.npu4j.runtime;

import java.util.Locale;

/** Where a model is asked to run, or runs. */
public enum Device {
  /** The NPU if it can take the model, else the CPU, with the reasons. */
  AUTO,
  /** The Hexagon NPU, or an error. */
  NPU,
  /** A GPU, by an execution provider that offers one. */
  GPU,
  /** The CPU. */
  CPU,
  /** Qualcomm's HTP emulator on x86: exact results, at no useful speed; never chosen by itself. */
  EMULATOR;

  /** Returns the name as it is typed and printed, in lower case. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
