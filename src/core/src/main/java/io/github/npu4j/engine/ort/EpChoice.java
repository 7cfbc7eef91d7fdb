package io.github.npu4j.engine.ort;

import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.engine.PowerMode;
import io.github.npu4j.engine.direct.DirectEngine;
import io.github.npu4j.error.DeviceUnavailableException;
import io.github.npu4j.ort.EpDevice;
import io.github.npu4j.ort.HardwareDevice;
import io.github.npu4j.ort.Ort;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.runtime.NativeRuntime;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The execution provider and device that a session runs on.
 *
 * @param device npu4j's word for the device
 * @param provider the provider and its device, or {@code null} for ONNX Runtime's own CPU provider
 * @param options the provider's options
 * @param wholeModel whether every node must run on the provider
 */
record EpChoice(
    Device device, @Nullable EpDevice provider, Map<String, String> options, boolean wholeModel) {

  /** The name that the QNN provider is registered under, and so has. */
  private static final String QNN = "QNN";

  /** What each registered library brought, by its path; guarded by itself. */
  private static final Map<Path, List<String>> PROVIDERS_OF = new HashMap<>();

  /**
   * Chooses the provider for a device.
   *
   * @param options the device, which may be any, and a plugin's path and options
   * @throws DeviceUnavailableException if no provider offers the device
   * @throws io.github.npu4j.error.RuntimeMissingException if the QNN provider is not installed
   * @throws io.github.npu4j.error.NativeCallException if the plugin can't be loaded
   */
  static EpChoice of(Ort ort, OpenOptions options, NativeRuntime runtime) {
    if (options.epLibrary().isPresent()) {
      return ofPlugin(ort, options.epLibrary().get(), options);
    }
    return switch (options.device()) {
      case AUTO, CPU -> new EpChoice(Device.CPU, null, Map.of(), false);
      case NPU, EMULATOR -> qnn(ort, options, runtime);
      case GPU -> ofDevices(ort.devices(), options, "no execution provider plugin was named");
    };
  }

  /** Returns the provider and the device for people. */
  String describe() {
    return provider == null
        ? "CPU provider"
        : provider.epName() + " provider of " + provider.epVendor();
  }

  private static EpChoice qnn(Ort ort, OpenOptions options, NativeRuntime runtime) {
    DirectEngine.requireDevice(options.device(), runtime);
    Path htp = runtime.qnnHtp().require();
    runtime.announceSkels();
    ort.registerLibrary(QNN, runtime.qnnProvider().require());
    boolean emulator = options.device() == Device.EMULATOR;
    EpDevice device =
        ort.devices().stream()
            .filter(candidate -> candidate.epName().equals(QNN))
            .filter(candidate -> emulator || candidate.hardware().type() == HardwareDevice.Type.NPU)
            .findFirst()
            .orElseThrow(() ->
                new DeviceUnavailableException(
                    "ONNX Runtime's QNN provider offers no NPU",
                    "it offers " + offers(ort.devices()),
                    "Run npu4j doctor."));
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("backend_path", htp.toString());
    if (!emulator && options.power() == PowerMode.BURST) {
      settings.put("htp_performance_mode", "burst");
    }
    settings.putAll(options.epOptions());
    return new EpChoice(options.device(), device, settings, true);
  }

  private static EpChoice ofPlugin(Ort ort, Path library, OpenOptions options) {
    List<String> names;
    synchronized (PROVIDERS_OF) {
      names = PROVIDERS_OF.computeIfAbsent(library.toAbsolutePath(), path -> register(ort, path));
    }
    List<EpDevice> devices =
        ort.devices().stream().filter(device -> names.contains(device.epName())).toList();
    return ofDevices(devices, options, library + " offers " + offers(devices));
  }

  /** Registers a plugin and finds its providers, whose names it chooses itself or takes from us. */
  private static List<String> register(Ort ort, Path library) {
    List<String> before = ort.devices().stream().map(EpDevice::epName).toList();
    String name = String.valueOf(library.getFileName()).replaceAll("^lib|\\.[a-z.0-9]+$", "");
    ort.registerLibrary(name, library);
    List<String> names = new ArrayList<>(ort.devices().stream().map(EpDevice::epName).toList());
    names.removeAll(before);
    return List.copyOf(names);
  }

  private static EpChoice ofDevices(List<EpDevice> devices, OpenOptions options, String why) {
    for (Device wanted : wanted(options.device())) {
      for (EpDevice candidate : devices) {
        if (candidate.hardware().type() == type(wanted)) {
          return new EpChoice(wanted, candidate, options.epOptions(), false);
        }
      }
    }
    throw new DeviceUnavailableException(
        "there is no " + options.device() + " for ONNX Runtime",
        why,
        "Name a plugin that offers one by OpenOptions.withEpLibrary, or use Device.CPU.");
  }

  private static List<Device> wanted(Device device) {
    return switch (device) {
      case AUTO -> List.of(Device.NPU, Device.GPU, Device.CPU);
      case EMULATOR -> List.of();
      case NPU, GPU, CPU -> List.of(device);
    };
  }

  private static HardwareDevice.Type type(Device device) {
    return switch (device) {
      case NPU -> HardwareDevice.Type.NPU;
      case GPU -> HardwareDevice.Type.GPU;
      default -> HardwareDevice.Type.CPU;
    };
  }

  private static String offers(List<EpDevice> devices) {
    return devices.isEmpty()
        ? "no device"
        : devices.stream()
            .map(device -> device.epName() + " on " + device.hardware().type())
            .collect(Collectors.joining(", "));
  }
}
