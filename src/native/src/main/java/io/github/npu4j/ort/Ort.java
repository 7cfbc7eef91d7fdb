package io.github.npu4j.ort;

import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_CreateCpuMemoryInfo;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_CreateEnvWithCustomLogger;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_CreateEnvWithCustomLoggerAndGlobalThreadPools;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_DisableTelemetryEvents;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_EnableTelemetryEvents;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_GetAvailableProviders;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_GetBuildInfoString;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_GetCompatibilityInfoFromModel;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_GetEpDevices;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_GetModelCompatibilityForEpDevices;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_RegisterExecutionProviderLibrary;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_ReleaseAvailableProviders;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_UnregisterExecutionProviderLibrary;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_UpdateEnvWithCustomLogLevel;
import static io.github.npu4j.internal.ortabi.ort_h.OrtArenaAllocator;
import static io.github.npu4j.internal.ortabi.ort_h.OrtMemTypeDefault;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.github.npu4j.error.RuntimeMissingException;
import io.github.npu4j.internal.ffm.CStrings;
import io.github.npu4j.internal.ffm.Environment;
import io.github.npu4j.internal.ffm.NativeLibraries;
import io.github.npu4j.ort.abi.NativeHandle;
import io.github.npu4j.ort.abi.OrtApi;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * ONNX Runtime, bound to this process: its library and its environment ({@code OrtEnv}).
 *
 * <p>There is one of it, and it stays until the process ends. The library writes its log to the
 * {@link System.Logger} of this package's name, unless another library in the process created the
 * environment first: then the log goes where that one sends it.
 *
 * <p>Safe for use by many threads.
 */
public final class Ort {

  /** The name of the {@link System.Logger} that gets the library's log lines. */
  public static final String LOGGER_NAME = "io.github.npu4j.ort";

  private static @Nullable Ort loaded;

  private final Path path;
  private final OrtApi api;
  private final long environment;
  private final long cpuMemory;
  private final Map<String, Path> registered = new HashMap<>();
  private int generation;
  private int deviceUsers;

  private Ort(Path path, OrtApi api, OrtSettings settings) {
    this.path = path;
    this.api = api;
    Environment.refuseTelemetry();
    this.environment = createEnvironment(api, settings);
    this.cpuMemory =
        api.get(
            "CreateCpuMemoryInfo",
            OrtApi_CreateCpuMemoryInfo(),
            OrtArenaAllocator(),
            OrtMemTypeDefault());
  }

  /**
   * Binds ONNX Runtime's library with {@linkplain OrtSettings#defaults default settings}.
   *
   * @see #load(Path, OrtSettings)
   */
  public static Ort load(Path library) {
    return load(library, OrtSettings.defaults());
  }

  /**
   * Binds ONNX Runtime's library; a call with the path that is bound already returns that one, and
   * its settings stay. Stands on {@code OrtGetApiBase} and {@code CreateEnvWithCustomLogger}.
   *
   * @param library the core library, such as {@code libonnxruntime.so}
   * @throws RuntimeMissingException if the file is absent, can't be loaded or is too old
   * @throws IllegalStateException if this process is bound to another copy
   */
  public static synchronized Ort load(Path library, OrtSettings settings) {
    Path real = realPath(library);
    Ort present = loaded;
    if (present == null) {
      OrtApi api = OrtApi.bind(NativeLibraries.load(real), real);
      present = new Ort(real, api, settings);
      loaded = present;
    } else if (!present.path.equals(real)) {
      throw new IllegalStateException(
          "this process is bound to ONNX Runtime at "
              + present.path
              + " and can't use the copy at "
              + real
              + ": their environments and tensors would not mix");
    }
    return present;
  }

  /** Returns the copy that this process is bound to, if {@link #load} was called. */
  public static synchronized Optional<Ort> loaded() {
    return Optional.ofNullable(loaded);
  }

  /** Returns the library's file. */
  public Path path() {
    return path;
  }

  /** Returns the library's version, such as {@code 1.29.0} ({@code GetVersionString}). */
  public String version() {
    return api.version();
  }

  /** Returns how the library was built ({@code GetBuildInfoString}). */
  public String buildInfo() {
    return OrtApi.string(api.call(OrtApi_GetBuildInfoString()));
  }

  /** Returns the names of the execution providers inside the library, the preferred one first. */
  public List<String> availableProviders() {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment names = scratch.allocate(JAVA_LONG);
      MemorySegment count = scratch.allocate(JAVA_INT);
      api.check(
          "GetAvailableProviders",
          OrtApi_GetAvailableProviders(),
          names.address(),
          count.address());
      long array = names.get(JAVA_LONG, 0);
      int length = count.get(JAVA_INT, 0);
      List<String> found = new ArrayList<>();
      for (long name : OrtApi.addresses(array, length)) {
        found.add(OrtApi.string(name));
      }
      api.check("ReleaseAvailableProviders", OrtApi_ReleaseAvailableProviders(), array, length);
      return List.copyOf(found);
    }
  }

  /** Changes which log lines reach {@link System.Logger} ({@code UpdateEnvWithCustomLogLevel}). */
  public void logLevel(LogLevel level) {
    api.check(
        "UpdateEnvWithCustomLogLevel",
        OrtApi_UpdateEnvWithCustomLogLevel(),
        environment,
        level.code());
  }

  /**
   * Lets the library send events to its maker. npu4j sets {@code ORT_DISABLE_TELEMETRY} before it
   * creates the environment, unless it has a value, and then nothing is sent even so.
   */
  public void enableTelemetry() {
    api.check("EnableTelemetryEvents", OrtApi_EnableTelemetryEvents(), environment);
  }

  /** Keeps the library from sending events. */
  public void disableTelemetry() {
    api.check("DisableTelemetryEvents", OrtApi_DisableTelemetryEvents(), environment);
  }

  /**
   * Registers a library with execution providers ({@code RegisterExecutionProviderLibrary}); the
   * same name and path a second time does nothing.
   *
   * @param name the name to register it under; some providers take it as their own
   * @throws IllegalStateException if the name stands for another library
   * @throws io.github.npu4j.error.NativeCallException if the library can't be loaded, or someone
   *     else in the process has the name
   */
  public synchronized void registerLibrary(String name, Path library) {
    Path real = realPath(library);
    Path present = registered.get(name);
    if (present != null) {
      if (!present.equals(real)) {
        throw new IllegalStateException(
            "the name " + name + " stands for " + present + "; register " + real + " by another");
      }
      return;
    }
    try (Arena scratch = Arena.ofConfined()) {
      api.check(
          "RegisterExecutionProviderLibrary",
          OrtApi_RegisterExecutionProviderLibrary(),
          environment,
          scratch.allocateFrom(name).address(),
          CStrings.path(scratch, real).address());
    }
    registered.put(name, real);
  }

  /**
   * Takes a library's registration back ({@code UnregisterExecutionProviderLibrary}); every {@link
   * EpDevice} listed before is void.
   *
   * @throws IllegalStateException if options or models are open that were given devices, or nothing
   *     of ours is registered by that name
   */
  public synchronized void unregisterLibrary(String name) {
    if (!registered.containsKey(name)) {
      throw new IllegalStateException("no library is registered by the name " + name);
    }
    if (deviceUsers > 0) {
      throw new IllegalStateException(
          "can't unregister "
              + name
              + ": "
              + deviceUsers
              + " options or models with devices are open; close them first");
    }
    try (Arena scratch = Arena.ofConfined()) {
      api.check(
          "UnregisterExecutionProviderLibrary",
          OrtApi_UnregisterExecutionProviderLibrary(),
          environment,
          scratch.allocateFrom(name).address());
    }
    registered.remove(name);
    generation++;
  }

  /** Lists every execution provider with every device it can use ({@code GetEpDevices}). */
  public synchronized List<EpDevice> devices() {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment out = scratch.allocate(JAVA_LONG, 2);
      api.check(
          "GetEpDevices",
          OrtApi_GetEpDevices(),
          environment,
          out.address(),
          out.address() + Long.BYTES);
      List<EpDevice> devices = new ArrayList<>();
      long count = out.getAtIndex(JAVA_LONG, 1);
      for (long device : OrtApi.addresses(out.getAtIndex(JAVA_LONG, 0), count)) {
        devices.add(new EpDevice(api, device, generation));
      }
      return List.copyOf(devices);
    }
  }

  /**
   * Asks the provider of some devices whether a compiled model fits ({@code
   * GetModelCompatibilityForEpDevices}).
   *
   * <p>Qualcomm's provider judges nothing for its emulator, and version 2.7.0 asked so with ONNX
   * Runtime 1.29 ends the process; it is not asked, and the answer is {@link
   * ModelCompatibility#NOT_APPLICABLE}.
   *
   * @param devices devices of one provider
   * @param info what {@link #compatibilityInfo} read from the model
   */
  public synchronized ModelCompatibility compatibility(List<EpDevice> devices, String info) {
    if (devices.stream().anyMatch(Ort::isQualcommsEmulator)) {
      return ModelCompatibility.NOT_APPLICABLE;
    }
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment array = addresses(scratch, devices);
      MemorySegment out = scratch.allocate(JAVA_INT);
      api.check(
          "GetModelCompatibilityForEpDevices",
          OrtApi_GetModelCompatibilityForEpDevices(),
          array.address(),
          devices.size(),
          scratch.allocateFrom(info).address(),
          out.address());
      return ModelCompatibility.of(out.get(JAVA_INT, 0));
    }
  }

  /**
   * Reads what a compiled model says about the devices it fits ({@code
   * GetCompatibilityInfoFromModel}), without opening it.
   *
   * @param epName the provider it was compiled for
   * @return the text for {@link #compatibility}; empty if the model says nothing for that provider
   */
  public Optional<String> compatibilityInfo(Path model, String epName) {
    try (Arena scratch = Arena.ofConfined()) {
      long text =
          api.get(
              "GetCompatibilityInfoFromModel",
              OrtApi_GetCompatibilityInfoFromModel(),
              CStrings.path(scratch, model).address(),
              scratch.allocateFrom(epName).address(),
              api.allocator());
      return text == 0 ? Optional.empty() : Optional.of(api.takeString(text));
    }
  }

  /** Returns the library's path and version. */
  @Override
  public String toString() {
    return "ONNX Runtime " + version() + " at " + path;
  }

  OrtApi api() {
    return api;
  }

  long environment() {
    return environment;
  }

  /** Returns the description of plain memory, which every tensor of ours lies in. */
  long cpuMemory() {
    return cpuMemory;
  }

  /** Writes the addresses of devices into an array. */
  synchronized MemorySegment addresses(Arena scratch, List<EpDevice> devices) {
    MemorySegment array = scratch.allocate(JAVA_LONG, Math.max(1, devices.size()));
    for (int i = 0; i < devices.size(); i++) {
      array.setAtIndex(JAVA_LONG, i, devices.get(i).address(generation));
    }
    return array;
  }

  private static boolean isQualcommsEmulator(EpDevice device) {
    return device.epVendor().equals("Qualcomm")
        && device.hardware().type() == HardwareDevice.Type.CPU;
  }

  /** Notes an object that providers' devices must outlive; to be taken back when it is closed. */
  synchronized Retained useDevices() {
    deviceUsers++;
    return new Retained(() -> {
      synchronized (this) {
        deviceUsers--;
      }
    });
  }

  private static long createEnvironment(OrtApi api, OrtSettings settings) {
    MemorySegment callback = new OrtLog(() -> System.getLogger(LOGGER_NAME)).callback();
    long id = Arena.global().allocateFrom("npu4j").address();
    int level = settings.logLevel().code();
    GlobalThreads threads = settings.threads().orElse(null);
    if (threads == null) {
      return api.get(
          "CreateEnvWithCustomLogger",
          OrtApi_CreateEnvWithCustomLogger(),
          callback.address(),
          0,
          level,
          id);
    }
    NativeHandle options = threads.create(api);
    try {
      return api.get(
          "CreateEnvWithCustomLoggerAndGlobalThreadPools",
          OrtApi_CreateEnvWithCustomLoggerAndGlobalThreadPools(),
          callback.address(),
          0,
          level,
          id,
          options.enter());
    } finally {
      options.leave();
      options.close();
    }
  }

  private static Path realPath(Path library) {
    try {
      return library.toRealPath();
    } catch (IOException absent) {
      return library.toAbsolutePath().normalize();
    }
  }
}
