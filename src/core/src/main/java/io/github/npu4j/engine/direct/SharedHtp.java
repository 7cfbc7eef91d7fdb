package io.github.npu4j.engine.direct;

import io.github.npu4j.engine.compatibility.Compatibility.ApiVersion;
import io.github.npu4j.engine.compatibility.Compatibility.Target;
import io.github.npu4j.error.NativeCallException;
import io.github.npu4j.internal.trial.FirstLook;
import io.github.npu4j.qnn.HtpPlatform.HtpDevice;
import io.github.npu4j.qnn.HtpPower;
import io.github.npu4j.qnn.PowerOptions;
import io.github.npu4j.qnn.Qnn;
import io.github.npu4j.qnn.QnnLibraries;
import io.github.npu4j.qnn.SharedMemory;
import io.github.npu4j.qnn.info.QnnVersion;
import io.github.npu4j.runtime.NativeRuntime;
import io.github.npu4j.store.Cache;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One started HTP backend and what all models of the process share on it: the queue for turns, the
 * power vote, the allocator of shared memory. Stays for the process.
 */
public final class SharedHtp {

  private static final Logger LOGGER = System.getLogger("io.github.npu4j.engine");

  private static final Map<Path, SharedHtp> STARTED = new HashMap<>();

  private final Qnn qnn;
  private final DeviceQueue queue = new DeviceQueue();
  private final Target target;
  private final SharedMemory memory;
  private final @Nullable QnnLibraries libraries;
  private @Nullable HtpPower power;
  private boolean powerTried;

  /**
   * Takes over a started backend.
   *
   * @param memory where shared memory comes from
   */
  public SharedHtp(Qnn qnn, SharedMemory memory) {
    this(qnn, memory, null);
  }

  private SharedHtp(Qnn qnn, SharedMemory memory, @Nullable QnnLibraries libraries) {
    this.qnn = qnn;
    this.memory = memory;
    this.libraries = libraries;
    this.target = target(qnn);
  }

  /**
   * Starts the backend of a runtime, or returns the one this process has started.
   *
   * @throws io.github.npu4j.error.RuntimeMissingException if a library is missing
   * @throws io.github.npu4j.error.DeviceUnavailableException if the backend finds no NPU
   * @throws NativeCallException if it does not start for another reason
   */
  public static SharedHtp start(NativeRuntime runtime) {
    Path htp = runtime.qnnHtp().require();
    Path system = runtime.qnnSystem().require();
    synchronized (STARTED) {
      SharedHtp started = STARTED.get(htp);
      if (started == null) {
        runtime.announceSkels();
        Qnn qnn = load(htp, system);
        boolean emulated = runtime.platform().emulatesHtp();
        started =
            new SharedHtp(
                qnn,
                emulated
                    ? SharedMemory.plain("the emulator shares no memory")
                    : SharedMemory.find(),
                new QnnLibraries(htp, system));
        STARTED.put(htp, started);
      }
      return started;
    }
  }

  private static Qnn load(Path htp, Path system) {
    try {
      return Qnn.load(new QnnLibraries(htp, system));
    } catch (NativeCallException failed) {
      throw Qnn.startFailure(failed);
    }
  }

  /**
   * Makes sure that a file that no manifest vouches for can be read and loaded in this process;
   * nothing to do for a table that is from no library.
   *
   * @throws io.github.npu4j.error.BadModelException if it can't
   */
  void requireReadable(MappedBinary binary, String name, Cache cache) {
    if (libraries != null) {
      FirstLook.requireLoadable(binary.file(), name, libraries, cache);
    }
  }

  Qnn qnn() {
    return qnn;
  }

  DeviceQueue queue() {
    return queue;
  }

  /** Returns what a context binary has to fit. */
  public Target target() {
    return target;
  }

  SharedMemory memory() {
    return memory;
  }

  /**
   * Returns the power vote of this device, or {@code null} if it takes none; then runs go at the
   * governor's speed, and the log says so once.
   */
  synchronized @Nullable HtpPower power() {
    if (!powerTried) {
      powerTried = true;
      try {
        power = HtpPower.open(qnn, PowerOptions.defaults());
      } catch (NativeCallException refused) {
        LOGGER.log(Level.WARNING, "no burst power: " + refused.getMessage());
      }
    }
    return power;
  }

  /** Returns the device and the library for people. */
  String describe() {
    String api = "QNN " + qnn.versions().core();
    if (target.emulator()) {
      return "Qualcomm's HTP emulator, " + api;
    }
    return "HTP"
        + (target.htpArch() == 0 ? "" : " v" + target.htpArch())
        + (target.socModel() == 0 ? "" : " of SoC model " + target.socModel())
        + ", "
        + api;
  }

  private static Target target(Qnn qnn) {
    QnnVersion core = qnn.versions().core();
    List<HtpDevice> devices = qnn.platform().devices();
    return new Target(
        qnn.platform().isEmulator(),
        devices.isEmpty() ? 0 : devices.getFirst().arch(),
        devices.isEmpty() ? 0 : devices.getFirst().socModel(),
        new ApiVersion(core.major(), core.minor()));
  }
}
