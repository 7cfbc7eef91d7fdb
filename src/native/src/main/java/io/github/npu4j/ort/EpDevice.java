package io.github.npu4j.ort;

import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_EpDevice_Device;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_EpDevice_EpMetadata;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_EpDevice_EpName;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_EpDevice_EpOptions;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_EpDevice_EpVendor;

import io.github.npu4j.ort.abi.OrtApi;
import java.util.Collections;
import java.util.Map;

/**
 * An execution provider together with a device that it can use ({@code OrtEpDevice}).
 *
 * <p>Belongs to the process; there is nothing to close. Immutable.
 */
public final class EpDevice {

  private final long address;
  private final int generation;
  private final String epName;
  private final String epVendor;
  private final Map<String, String> epMetadata;
  private final Map<String, String> epOptions;
  private final HardwareDevice hardware;

  EpDevice(OrtApi api, long address, int generation) {
    this.address = address;
    this.generation = generation;
    this.epName = OrtApi.string(api.call(OrtApi_EpDevice_EpName(), address));
    this.epVendor = OrtApi.string(api.call(OrtApi_EpDevice_EpVendor(), address));
    this.epMetadata =
        Collections.unmodifiableMap(api.pairs(api.call(OrtApi_EpDevice_EpMetadata(), address)));
    this.epOptions =
        Collections.unmodifiableMap(api.pairs(api.call(OrtApi_EpDevice_EpOptions(), address)));
    this.hardware = HardwareDevice.from(api, api.call(OrtApi_EpDevice_Device(), address));
  }

  /** Returns the provider's name, such as {@code CPUExecutionProvider}. */
  public String epName() {
    return epName;
  }

  /** Returns the provider's maker. */
  public String epVendor() {
    return epVendor;
  }

  /** Returns what the provider says of itself. */
  public Map<String, String> epMetadata() {
    return epMetadata;
  }

  /** Returns the provider's options and their defaults for this device. */
  public Map<String, String> epOptions() {
    return epOptions;
  }

  /** Returns the device. */
  public HardwareDevice hardware() {
    return hardware;
  }

  /** Returns the address, if no library was unregistered since this device was listed. */
  long address(int currentGeneration) {
    if (generation != currentGeneration) {
      throw new IllegalStateException(
          this + " was listed before a provider library was unregistered; list the devices again");
    }
    return address;
  }

  /** Returns the device as {@code QNN on CPU of Qualcomm}. */
  @Override
  public String toString() {
    return epName + " on " + hardware.type() + " of " + hardware.vendor();
  }
}
