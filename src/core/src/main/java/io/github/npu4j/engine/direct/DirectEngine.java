package io.github.npu4j.engine.direct;

import io.github.npu4j.artifact.Integrity;
import io.github.npu4j.artifact.Manifest;
import io.github.npu4j.engine.EngineKind;
import io.github.npu4j.engine.Model;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.engine.TensorMemory;
import io.github.npu4j.engine.compatibility.Compatibility;
import io.github.npu4j.engine.compatibility.Compatibility.ApiVersion;
import io.github.npu4j.engine.compatibility.Compatibility.ContextFacts;
import io.github.npu4j.engine.execution.LoadClock;
import io.github.npu4j.engine.execution.OpenAttempt;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.DeviceUnavailableException;
import io.github.npu4j.error.IncompatibleModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.error.NativeCallException;
import io.github.npu4j.error.RuntimeMissingException;
import io.github.npu4j.qnn.info.ContextBinary;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.runtime.NativeRuntime;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Runs a context binary on HTP by QNN alone, with no ONNX Runtime in between.
 *
 * <p>Loading goes from the mapped file to its manifest, or where none vouches for each byte to a
 * child process that reads it first, to what QnnSystem reads in it, to {@link Compatibility}, and
 * only then to the backend; graphs are retrieved when they are first bound. The backend is started
 * once a process. Runs of all models take turns on the device, in the order they come, and allocate
 * nothing.
 */
public final class DirectEngine {

  private DirectEngine() {}

  /**
   * Opens a context binary on the NPU, or in the emulator where that is what the HTP library is.
   *
   * @param binary the file; a manifest beside it, as {@code NAME.manifest.json}, is checked
   * @param options {@link Device#EMULATOR} for the emulator, {@link Device#NPU} for a device
   * @throws DeviceUnavailableException if the device that was requested is not what this machine
   *     has
   * @throws RuntimeMissingException if Qualcomm's libraries are not there
   * @throws ModelMissingException if there is no such file
   * @throws BadModelException if the file is damaged or no context binary
   * @throws IncompatibleModelException if it does not fit this device or library
   * @throws NativeCallException if the library refuses it
   */
  public static Model open(Path binary, OpenOptions options) {
    return open(binary, OpenAttempt.of(options));
  }

  public static Model open(Path binary, OpenAttempt opening) {
    requireDevice(opening.options().device(), opening.runtime());
    refuseForeign(binary);
    LoadClock clock = new LoadClock();
    SharedHtp htp = clock.time("start", () -> SharedHtp.start(opening.runtime()));
    return open(binary, opening, htp, clock);
  }

  /** Opens a context binary on a backend that is started already. */
  public static DirectModel open(Path binary, OpenAttempt opening, SharedHtp htp, LoadClock clock) {
    MappedBinary mapped =
        clock.time("map", () -> MappedBinary.open(binary, opening.runtime().cache()));
    try {
      boolean proven = verifyManifest(binary, mapped, opening, htp, clock);
      ContextBinary info =
          clock.time("introspect", () -> introspect(htp, mapped, binary.toString()));
      Compatibility fit =
          Compatibility.judge(subject(info), htp.target()).requireLoadable(binary.toString());
      Device device = htp.target().emulator() ? Device.EMULATOR : Device.NPU;
      return new DirectModel(
          htp,
          mapped,
          info,
          opening.placement(device, EngineKind.DIRECT, detail(htp, fit, proven, opening.options())),
          opening.options(),
          opening.alias(),
          clock);
    } catch (RuntimeException failed) {
      mapped.close();
      throw failed;
    }
  }

  /**
   * Checks a context binary as {@link #open} does, for another engine that will load it.
   *
   * @throws BadModelException if the file is damaged or no context binary
   * @throws IncompatibleModelException if it does not fit this device or library
   */
  public static void requireLoadable(Path binary, OpenAttempt opening, LoadClock clock) {
    SharedHtp htp = SharedHtp.start(opening.runtime());
    try (MappedBinary mapped = MappedBinary.open(binary, opening.runtime().cache())) {
      verifyManifest(binary, mapped, opening, htp, clock);
      ContextBinary info = introspect(htp, mapped, binary.toString());
      Compatibility.judge(subject(info), htp.target()).requireLoadable(binary.toString());
    }
  }

  /**
   * Compares the file with the manifest beside it, byte by byte if so is wished; else a child
   * process reads it first. Returns whether there is a manifest.
   */
  private static boolean verifyManifest(
      Path binary, MappedBinary mapped, OpenAttempt opening, SharedHtp htp, LoadClock clock) {
    Integrity integrity = opening.options().integrity();
    boolean described =
        clock
            .time("hash", () -> Manifest.verifyBeside(binary, mapped.content(), integrity))
            .isPresent();
    if (!described || integrity == Integrity.SIZE) {
      clock.time(
          "first look",
          () -> {
            htp.requireReadable(mapped, binary.toString(), opening.runtime().cache());
            return true;
          });
    }
    return described;
  }

  private static ContextBinary introspect(SharedHtp htp, MappedBinary mapped, String name) {
    try {
      return htp.qnn().system().read(mapped.content());
    } catch (NativeCallException refused) {
      throw new BadModelException(
          name + " is no whole context binary",
          String.valueOf(refused.getMessage()),
          "If it came from a compiler, make or copy it again.",
          refused);
    }
  }

  private static ContextFacts subject(ContextBinary info) {
    return new ContextFacts(
        info.backendId(),
        info.socModel().orElse(0),
        new ApiVersion(info.coreApi().major(), info.coreApi().minor()),
        info.sharedWeightsBytes() > 0);
  }

  private static String detail(
      SharedHtp htp, Compatibility fit, boolean proven, OpenOptions options) {
    StringBuilder text = new StringBuilder(htp.describe());
    if (fit.verdict() != Compatibility.Verdict.FITS) {
      text.append("; ").append(fit.reason());
    }
    if (!htp.target().emulator() && options.memory() == TensorMemory.SHARED) {
      text.append("; tensors: ").append(htp.memory().description());
    }
    if (!proven) {
      text.append("; no manifest, so damage in the weights can't be seen");
    }
    return text.toString();
  }

  public static void requireDevice(Device wanted, NativeRuntime runtime) {
    boolean emulates = runtime.platform().emulatesHtp();
    switch (wanted) {
      case NPU, AUTO -> {
        if (emulates) {
          throw new DeviceUnavailableException(
              "there is no NPU here",
              "the HTP library of " + runtime.platform() + " is Qualcomm's emulator",
              "Use Device.EMULATOR for correctness, Device.CPU for speed.");
        }
      }
      case EMULATOR -> {
        if (!emulates) {
          throw new DeviceUnavailableException(
              "there is no HTP emulator here",
              "the HTP library of " + runtime.platform() + " drives an NPU",
              "Use Device.NPU.");
        }
      }
      case CPU, GPU ->
          throw new DeviceUnavailableException(
              "a context binary can't run on the " + wanted,
              "it was compiled for HTP",
              "Open the ONNX model it was compiled from.");
    }
  }

  /** What can't be a context binary is refused by name, before any library sees it. */
  private static void refuseForeign(Path binary) {
    String name = String.valueOf(binary.getFileName()).toLowerCase(Locale.ROOT);
    if (name.endsWith(".dlc")) {
      throw new BadModelException(
          binary + " is a DLC",
          "a DLC holds a model before it is compiled for a SoC",
          "Make a context binary of it with the QAIRT tools (qnn-context-binary-generator).");
    }
    if (name.endsWith(".onnx")) {
      throw new BadModelException(
          binary + " is an ONNX model",
          "the direct engine runs context binaries",
          "Compile it with npu4j compile, or use EngineKind.ORT.");
    }
  }
}
