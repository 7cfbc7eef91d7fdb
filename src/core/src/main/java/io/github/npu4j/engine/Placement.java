package io.github.npu4j.engine;

import io.github.npu4j.error.DeviceUnavailableException;
import io.github.npu4j.runtime.Device;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Where a model runs, and why not somewhere better. Placement is never silent: every model has one.
 *
 * @param device the device the model runs on; never {@link Device#AUTO}
 * @param engine the engine that runs it
 * @param detail the libraries and options in use, for people
 * @param passedOver each better way that was considered, best first, with the reason against it
 */
public record Placement(
    Device device, EngineKind engine, String detail, List<PassedOver> passedOver) {

  /** Takes a copy of the list. */
  public Placement {
    passedOver = List.copyOf(passedOver);
    if (device == Device.AUTO) {
      throw new IllegalArgumentException("a model runs on a device, not on AUTO");
    }
  }

  /**
   * Returns this placement if it is the NPU.
   *
   * @throws DeviceUnavailableException if the model runs elsewhere; the reasons are in the message
   */
  public Placement requireNpu() {
    if (device == Device.NPU) {
      return this;
    }
    String reasons =
        passedOver.stream()
            .filter(option -> option.device() == Device.NPU)
            .map(PassedOver::toString)
            .collect(Collectors.joining("; "));
    throw new DeviceUnavailableException(
        "the model does not run on the NPU but on " + deviceName(),
        reasons.isEmpty() ? "the NPU was not requested" : reasons,
        "Run npu4j doctor to see what this machine lacks.");
  }

  /** Returns the same placement with what was passed over before it. */
  public Placement withPassedOver(List<PassedOver> reasons) {
    return new Placement(device, engine, detail, reasons);
  }

  /** Returns the placement on one line: device, engine, detail, and what was passed over. */
  @Override
  public String toString() {
    String text = deviceName() + " by " + engine.label() + " (" + detail + ")";
    return passedOver.isEmpty()
        ? text
        : text
            + "; passed over "
            + passedOver.stream().map(PassedOver::toString).collect(Collectors.joining("; "));
  }

  private String deviceName() {
    return device.name().toLowerCase(Locale.ROOT);
  }
}
