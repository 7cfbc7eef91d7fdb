package io.github.npu4j.runtime;

import io.github.npu4j.error.BadInputException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

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

  /**
   * Returns the device of a name, in upper or lower case: {@code auto}, {@code npu}, {@code gpu},
   * {@code cpu} or {@code emulator}.
   *
   * @throws BadInputException if there is no such device
   */
  public static Device of(String name) {
    for (Device device : values()) {
      if (device.name().equalsIgnoreCase(name.strip())) {
        return device;
      }
    }
    throw new BadInputException(
        "there is no device named " + name,
        "the devices are "
            + Arrays.stream(values()).map(Device::toString).collect(Collectors.joining(", ")),
        "Use one of these names.");
  }

  /** Returns the name as it is typed and printed, in lower case. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
