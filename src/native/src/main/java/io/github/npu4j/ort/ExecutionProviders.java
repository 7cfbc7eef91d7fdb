package io.github.npu4j.ort;

import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_CreateCUDAProviderOptions;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_CreateTensorRTProviderOptions;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_ReleaseCUDAProviderOptions;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_ReleaseTensorRTProviderOptions;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_SessionOptionsAppendExecutionProvider;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_SessionOptionsAppendExecutionProvider_CUDA_V2;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_SessionOptionsAppendExecutionProvider_TensorRT_V2;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_SessionOptionsAppendExecutionProvider_V2;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_SessionOptionsSetEpSelectionPolicy;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_UpdateCUDAProviderOptions;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_UpdateTensorRTProviderOptions;

import io.github.npu4j.error.DeviceUnavailableException;
import io.github.npu4j.internal.ffm.Downcall;
import io.github.npu4j.ort.abi.NativeHandle;
import io.github.npu4j.ort.abi.OrtApi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;

/**
 * The execution providers of some {@link SessionOptions}, the preferred one first; the CPU's is
 * always the last.
 */
public final class ExecutionProviders {

  private final Ort ort;
  private final OrtApi api;
  private final SessionOptions options;

  ExecutionProviders(Ort ort, SessionOptions options) {
    this.ort = ort;
    this.api = ort.api();
    this.options = options;
  }

  /**
   * Adds a provider of a registered library, on devices that {@link Ort#devices()} listed ({@code
   * SessionOptionsAppendExecutionProvider_V2}).
   *
   * @param devices devices of one provider, at least one
   * @param settings the provider's options, such as {@code backend_path}
   * @throws IllegalStateException if a library was unregistered since the devices were listed
   */
  public SessionOptions devices(List<EpDevice> devices, Map<String, String> settings) {
    if (devices.isEmpty()) {
      throw new IllegalArgumentException("no device was given");
    }
    options.hold(ort.useDevices());
    try (Arena scratch = Arena.ofConfined()) {
      return options.set(
          "SessionOptionsAppendExecutionProvider_V2",
          OrtApi_SessionOptionsAppendExecutionProvider_V2(),
          ort.environment(),
          ort.addresses(scratch, devices).address(),
          devices.size(),
          OrtApi.strings(scratch, settings.keySet()).address(),
          OrtApi.strings(scratch, settings.values()).address(),
          settings.size());
    }
  }

  /** Lets the library choose devices itself ({@code SessionOptionsSetEpSelectionPolicy}). */
  public SessionOptions policy(DevicePolicy policy) {
    options.hold(ort.useDevices());
    return options.set(
        "SessionOptionsSetEpSelectionPolicy",
        OrtApi_SessionOptionsSetEpSelectionPolicy(),
        policy.code());
  }

  /**
   * Adds a provider that is part of the library's build ({@code
   * SessionOptionsAppendExecutionProvider}).
   *
   * @param name the provider's short name, such as {@code XNNPACK}, {@code CoreML} or {@code
   *     WebGPU}
   * @param settings the provider's options
   * @throws io.github.npu4j.error.NativeCallException if the build has no such provider
   */
  public SessionOptions builtIn(String name, Map<String, String> settings) {
    try (Arena scratch = Arena.ofConfined()) {
      return options.set(
          "SessionOptionsAppendExecutionProvider",
          OrtApi_SessionOptionsAppendExecutionProvider(),
          scratch.allocateFrom(name).address(),
          OrtApi.strings(scratch, settings.keySet()).address(),
          OrtApi.strings(scratch, settings.values()).address(),
          settings.size());
    }
  }

  /**
   * Adds a provider by the function that builds with it export, {@code
   * OrtSessionOptionsAppendExecutionProvider_NAME}.
   *
   * @param name CPU, CUDA, ROCM, Dnnl, Tensorrt, Nnapi, DML, ACL or CoreML
   * @param argument what the function takes besides: a device number, flags, or whether to use an
   *     arena
   * @throws DeviceUnavailableException if the build has no such provider
   */
  public SessionOptions exported(String name, int argument) {
    return byExport(name, argument);
  }

  /**
   * Adds a provider by the function that builds with it export, {@code
   * OrtSessionOptionsAppendExecutionProvider_NAME}.
   *
   * @param name OpenVINO or Tvm
   * @param argument what the function takes besides, such as a device type
   * @throws DeviceUnavailableException if the build has no such provider
   */
  public SessionOptions exported(String name, String argument) {
    try (Arena scratch = Arena.ofConfined()) {
      return byExport(name, scratch.allocateFrom(argument).address());
    }
  }

  /** Adds NVIDIA's CUDA provider ({@code SessionOptionsAppendExecutionProvider_CUDA_V2}). */
  public SessionOptions cuda(Map<String, String> settings) {
    return withSettings(
        settings,
        api.create(
            "the CUDA options",
            OrtApi_ReleaseCUDAProviderOptions(),
            "CreateCUDAProviderOptions",
            OrtApi_CreateCUDAProviderOptions()),
        "UpdateCUDAProviderOptions",
        OrtApi_UpdateCUDAProviderOptions(),
        "SessionOptionsAppendExecutionProvider_CUDA_V2",
        OrtApi_SessionOptionsAppendExecutionProvider_CUDA_V2());
  }

  /**
   * Adds NVIDIA's TensorRT provider ({@code SessionOptionsAppendExecutionProvider_TensorRT_V2}).
   */
  public SessionOptions tensorRt(Map<String, String> settings) {
    return withSettings(
        settings,
        api.create(
            "the TensorRT options",
            OrtApi_ReleaseTensorRTProviderOptions(),
            "CreateTensorRTProviderOptions",
            OrtApi_CreateTensorRTProviderOptions()),
        "UpdateTensorRTProviderOptions",
        OrtApi_UpdateTensorRTProviderOptions(),
        "SessionOptionsAppendExecutionProvider_TensorRT_V2",
        OrtApi_SessionOptionsAppendExecutionProvider_TensorRT_V2());
  }

  private SessionOptions withSettings(
      Map<String, String> settings,
      NativeHandle provider,
      String update,
      int updateSlot,
      String append,
      int appendSlot) {
    try (Arena scratch = Arena.ofConfined()) {
      long address = provider.enter();
      try {
        api.check(
            update,
            updateSlot,
            address,
            OrtApi.strings(scratch, settings.keySet()).address(),
            OrtApi.strings(scratch, settings.values()).address(),
            settings.size());
        return options.set(append, appendSlot, address);
      } finally {
        provider.leave();
      }
    } finally {
      provider.close();
    }
  }

  private SessionOptions byExport(String name, long argument) {
    String function = "OrtSessionOptionsAppendExecutionProvider_" + name;
    MemorySegment export =
        api.export(function)
            .orElseThrow(() ->
                new DeviceUnavailableException(
                    "can't add the execution provider " + name,
                    ort + " was built without it",
                    "Use a build that has it, or a provider library (Ort.registerLibrary)."));
    long address = options.handle().enter();
    try {
      long status = Downcall.words(export, address, argument, 0, 0, 0, 0, 0, 0);
      api.checkStatus(function, status);
    } finally {
      options.handle().leave();
    }
    return options;
  }
}
