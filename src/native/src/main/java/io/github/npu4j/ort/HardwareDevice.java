package io.github.npu4j.ort;

import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_HardwareDevice_DeviceId;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_HardwareDevice_Metadata;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_HardwareDevice_Type;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_HardwareDevice_Vendor;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_HardwareDevice_VendorId;
import static io.github.npu4j.internal.ortabi.ort_h.OrtHardwareDeviceType_GPU;
import static io.github.npu4j.internal.ortabi.ort_h.OrtHardwareDeviceType_NPU;

import io.github.npu4j.ort.abi.OrtApi;
import java.util.Collections;
import java.util.Map;

/**
 * A piece of hardware that ONNX Runtime found ({@code OrtHardwareDevice}).
 *
 * @param type what it is; Qualcomm's provider calls the emulator on x86 a CPU
 * @param vendor its maker's name
 * @param vendorId its maker's PCI number, 0 if unknown
 * @param deviceId its PCI number, 0 if unknown
 * @param metadata what else the library knows
 */
public record HardwareDevice(
    Type type, String vendor, long vendorId, long deviceId, Map<String, String> metadata) {

  /** Kinds of hardware ({@code OrtHardwareDeviceType}). */
  public enum Type {
    /** A processor. */
    CPU,
    /** A graphics processor. */
    GPU,
    /** A neural processor. */
    NPU
  }

  static HardwareDevice from(OrtApi api, long device) {
    return new HardwareDevice(
        type((int) api.call(OrtApi_HardwareDevice_Type(), device)),
        OrtApi.string(api.call(OrtApi_HardwareDevice_Vendor(), device)),
        Integer.toUnsignedLong((int) api.call(OrtApi_HardwareDevice_VendorId(), device)),
        Integer.toUnsignedLong((int) api.call(OrtApi_HardwareDevice_DeviceId(), device)),
        Collections.unmodifiableMap(api.pairs(api.call(OrtApi_HardwareDevice_Metadata(), device))));
  }

  private static Type type(int code) {
    if (code == OrtHardwareDeviceType_GPU()) {
      return Type.GPU;
    }
    return code == OrtHardwareDeviceType_NPU() ? Type.NPU : Type.CPU;
  }
}
