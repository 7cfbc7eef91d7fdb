package io.github.npu4j.qnn;

import io.github.npu4j.error.DeviceUnavailableException;
import io.github.npu4j.error.NativeCallException;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.internal.qnnabi.QnnDevice_Config_t;
import io.github.npu4j.internal.qnnabi.QnnHtpDevice_CustomConfig_t;
import io.github.npu4j.internal.qnnabi.qnn_h;
import io.github.npu4j.qnn.abi.Configs;
import io.github.npu4j.qnn.abi.InterfaceLookup;
import io.github.npu4j.qnn.abi.QnnCode;
import io.github.npu4j.qnn.abi.QnnFunctions;
import io.github.npu4j.qnn.abi.QnnLog;
import io.github.npu4j.qnn.info.QnnVersions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.OptionalInt;

/**
 * One QNN backend, started: the HTP of this machine, or Qualcomm's emulator of it.
 *
 * <p>Owns the native log, backend and device, and everything made from it: {@link #close} closes
 * contexts, profiles, signals and power votes first. The libraries stay loaded. May be shared
 * between threads.
 */
public final class Qnn implements AutoCloseable {

  private final Lifetime lifetime = new Lifetime("this QNN backend", null);
  private final Deque<Runnable> cleanup = new ArrayDeque<>();
  private final QnnFunctions functions;
  private final QnnSystem system;
  private final QnnVersions versions;
  private final HtpPlatform platform;
  private final MemorySegment log;
  private final MemorySegment backend;
  private final MemorySegment device;

  private Qnn(QnnFunctions functions, QnnSystem system, QnnOptions options) {
    this.functions = functions;
    this.system = system;
    try {
      log = functions.createLog(QnnLog.callback(), options.logLevel().nativeLevel());
      cleanup.push(() -> functions.freeLog(log()));
      backend = functions.createBackend(log);
      cleanup.push(() -> functions.freeBackend(backend()));
      platform = readPlatform();
      device = createDevice(options.socModel());
      if (device.address() != 0) {
        cleanup.push(() -> functions.freeDevice(device()));
      }
      versions =
          new QnnVersions(
              functions.provider(),
              functions.backendId(),
              functions.core(),
              functions.backendApiVersion(),
              system.version(),
              functions.buildId());
    } catch (Throwable failed) {
      giveBack();
      throw failed;
    }
  }

  /**
   * Loads the two libraries and starts the backend with default options.
   *
   * @param libraries the backend and the system library
   * @throws io.github.npu4j.error.RuntimeMissingException if a library is absent or refused
   * @throws NativeCallException if the backend does not start, as on a machine without an NPU; see
   *     {@link #startFailure}
   */
  public static Qnn load(QnnLibraries libraries) {
    return load(libraries, QnnOptions.defaults());
  }

  /** Loads the two libraries and starts the backend; see {@link #load(QnnLibraries)}. */
  public static Qnn load(QnnLibraries libraries, QnnOptions options) {
    return of(
        InterfaceLookup.ofBackend(libraries.backend()),
        QnnSystem.load(libraries.system()),
        options);
  }

  /** Starts the backend of a {@code QnnInterface_t} from anywhere. */
  static Qnn of(MemorySegment provider, QnnSystem system, QnnOptions options) {
    return new Qnn(new QnnFunctions(provider), system, options);
  }

  /** Returns what the libraries say of themselves. */
  public QnnVersions versions() {
    return versions;
  }

  /** Returns the devices the backend found when it started; empty if it does not tell. */
  public HtpPlatform platform() {
    return platform;
  }

  /** Returns the system library, which reads context binaries. */
  public QnnSystem system() {
    return system;
  }

  /**
   * Returns whether the backend supports something: {@code QnnProperty_hasCapability}.
   *
   * @throws IllegalStateException if this is closed
   */
  public boolean supports(QnnProperty property) {
    lifetime.enter();
    try {
      return functions.hasCapability(property.key());
    } finally {
      lifetime.exit();
    }
  }

  /**
   * Changes how much the backend logs: {@code QnnLog_setLogLevel}.
   *
   * @throws IllegalStateException if this is closed
   */
  public void setLogLevel(QnnOptions.LogLevel level) {
    lifetime.enter();
    try {
      functions.setLogLevel(log, level.nativeLevel());
    } finally {
      lifetime.exit();
    }
  }

  /**
   * Returns whether an error says that the connection to the NPU was lost, as after a restart of
   * its subsystem: the context is to be made again, and the run may be repeated.
   */
  public static boolean lostDevice(NativeCallException error) {
    QnnCode code = QnnCode.of(error.code());
    return code != null && code.lostDevice();
  }

  /**
   * Returns what the failed start of a backend means: {@link DeviceUnavailableException} if the
   * backend says that this machine has no device for it, as on an ARM64 machine without an NPU,
   * else the error itself.
   *
   * @param failed what {@link #load} threw
   */
  public static NpuException startFailure(NativeCallException failed) {
    QnnCode code = QnnCode.of(failed.code());
    if (code == null || !code.noDevice()) {
      return failed;
    }
    String why = failed.what() + (failed.why().isEmpty() ? "" : ": " + failed.why());
    return new DeviceUnavailableException("there is no NPU here", why, failed.advice(), failed);
  }

  /** Closes what was made from this, waiting for runs under way, and stops the backend. */
  @Override
  public void close() {
    lifetime.close(this, this::giveBack);
  }

  Lifetime lifetime() {
    return lifetime;
  }

  QnnFunctions functions() {
    return functions;
  }

  MemorySegment log() {
    return log;
  }

  MemorySegment backend() {
    return backend;
  }

  /** Returns the device, {@code NULL} for a backend that has none. */
  MemorySegment device() {
    return device;
  }

  private HtpPlatform readPlatform() {
    MemorySegment info;
    try {
      info = functions.platformInfo(log);
    } catch (NativeCallException untold) {
      if (untold.code() != QnnCode.QNN_COMMON_ERROR_NOT_SUPPORTED.code()) {
        throw untold;
      }
      return new HtpPlatform(List.of());
    }
    try {
      return HtpPlatform.from(info);
    } finally {
      functions.freePlatformInfo(log, info);
    }
  }

  private MemorySegment createDevice(OptionalInt socModel) {
    try (Arena scratch = Arena.ofConfined()) {
      List<MemorySegment> configs =
          socModel.isPresent() ? List.of(soc(scratch, socModel.getAsInt())) : List.of();
      return functions.createDevice(log, Configs.list(scratch, configs));
    } catch (NativeCallException refused) {
      if (refused.code() == QnnCode.QNN_COMMON_ERROR_NOT_SUPPORTED.code()) {
        return MemorySegment.NULL;
      }
      throw refused;
    }
  }

  private static MemorySegment soc(SegmentAllocator allocator, int model) {
    MemorySegment custom = QnnHtpDevice_CustomConfig_t.allocate(allocator);
    QnnHtpDevice_CustomConfig_t.option(custom, qnn_h.QNN_HTP_DEVICE_CONFIG_OPTION_SOC());
    QnnHtpDevice_CustomConfig_t.socModel(custom, model);
    MemorySegment config = QnnDevice_Config_t.allocate(allocator);
    QnnDevice_Config_t.option(config, qnn_h.QNN_DEVICE_CONFIG_OPTION_CUSTOM());
    QnnDevice_Config_t.customConfig(config, custom);
    return config;
  }

  /** Frees what was created, the last first; one failure does not keep the others from it. */
  private void giveBack() {
    while (!cleanup.isEmpty()) {
      try {
        cleanup.pop().run();
      } catch (NativeCallException failed) {
        QnnLog.LOGGER.log(System.Logger.Level.WARNING, failed.getMessage());
      }
    }
  }
}
