package io.github.npu4j.ort;

import static io.github.npu4j.internal.ortabi.ort_h.OrtExecutionProviderDevicePolicy_DEFAULT;
import static io.github.npu4j.internal.ortabi.ort_h.OrtExecutionProviderDevicePolicy_MAX_EFFICIENCY;
import static io.github.npu4j.internal.ortabi.ort_h.OrtExecutionProviderDevicePolicy_MAX_PERFORMANCE;
import static io.github.npu4j.internal.ortabi.ort_h.OrtExecutionProviderDevicePolicy_MIN_OVERALL_POWER;
import static io.github.npu4j.internal.ortabi.ort_h.OrtExecutionProviderDevicePolicy_PREFER_CPU;
import static io.github.npu4j.internal.ortabi.ort_h.OrtExecutionProviderDevicePolicy_PREFER_GPU;
import static io.github.npu4j.internal.ortabi.ort_h.OrtExecutionProviderDevicePolicy_PREFER_NPU;

/** By what ONNX Runtime chooses a device itself ({@code OrtExecutionProviderDevicePolicy}). */
public enum DevicePolicy {
  /** The library's own choice. */
  DEFAULT(OrtExecutionProviderDevicePolicy_DEFAULT()),
  /** The CPU. */
  PREFER_CPU(OrtExecutionProviderDevicePolicy_PREFER_CPU()),
  /** An NPU, else the CPU. */
  PREFER_NPU(OrtExecutionProviderDevicePolicy_PREFER_NPU()),
  /** A GPU, else the CPU. */
  PREFER_GPU(OrtExecutionProviderDevicePolicy_PREFER_GPU()),
  /** The fastest. */
  MAX_PERFORMANCE(OrtExecutionProviderDevicePolicy_MAX_PERFORMANCE()),
  /** The most work for the energy. */
  MAX_EFFICIENCY(OrtExecutionProviderDevicePolicy_MAX_EFFICIENCY()),
  /** The least power. */
  MIN_OVERALL_POWER(OrtExecutionProviderDevicePolicy_MIN_OVERALL_POWER());

  private final int code;

  DevicePolicy(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
