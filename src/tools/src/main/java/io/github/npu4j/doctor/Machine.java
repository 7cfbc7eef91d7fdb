package io.github.npu4j.doctor;

import io.github.npu4j.engine.compatibility.Compatibility;
import io.github.npu4j.engine.compatibility.Compatibility.ApiVersion;
import io.github.npu4j.engine.compatibility.Compatibility.Target;
import io.github.npu4j.runtime.LibrarySearch;
import io.github.npu4j.runtime.NativeRuntime;
import io.github.npu4j.runtime.Platform;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What was found out about a machine and this process.
 *
 * @param platform the operating system and CPUs
 * @param java the Java VM
 * @param cLibrary the C library, where it matters (Linux)
 * @param libraries where each native library is
 * @param ort what ONNX Runtime says of itself
 * @param qnn what QNN says of itself
 * @param ortCopies every copy of ONNX Runtime that this process has loaded
 * @param systemOrt an {@code onnxruntime.dll} in Windows' System32
 * @param settings the properties and variables that are set and choose native code, with values
 * @param disk the disk that npu4j's cache is on
 */
public record Machine(
    Platform platform,
    Java java,
    Optional<CLibrary> cLibrary,
    Libraries libraries,
    ProbeResult<OrtFacts> ort,
    ProbeResult<QnnFacts> qnn,
    List<Path> ortCopies,
    Optional<Path> systemOrt,
    List<String> settings,
    Disk disk) {

  /** Takes copies of the lists. */
  public Machine {
    ortCopies = List.copyOf(ortCopies);
    settings = List.copyOf(settings);
  }

  /** Looks at this machine with the libraries found for it, which are loaded. */
  public static Machine probe(NativeRuntime runtime) {
    return new MachineProbe(runtime).probe();
  }

  /**
   * Looks into a file or a model folder as far as the libraries here allow; what may end the
   * process is tried in another.
   *
   * @throws io.github.npu4j.error.ModelMissingException if it is not there
   */
  public FileFacts probe(NativeRuntime runtime, Path file) {
    return new FileProbe(runtime, this).probe(file);
  }

  /**
   * The Java VM.
   *
   * @param feature its feature release, such as 25
   * @param version its whole version
   * @param home where it is
   * @param nativeAccess whether npu4j may call native code without a warning
   */
  public record Java(int feature, String version, Path home, boolean nativeAccess) {}

  /**
   * The C library.
   *
   * @param glibc the version of glibc, such as {@code 2.36}; empty if it is another C library
   * @param needed the version that Qualcomm's libraries are built for; empty if none is known
   */
  public record CLibrary(Optional<String> glibc, Optional<String> needed) {}

  /**
   * Where the native libraries are.
   *
   * @param onnxruntime ONNX Runtime's core
   * @param qnnHtp QNN's HTP backend
   * @param qnnSystem QNN's system library
   * @param qnnProvider ONNX Runtime's QNN plugin
   * @param skels the folder of the NPU's own libraries
   */
  public record Libraries(
      LibrarySearch onnxruntime,
      LibrarySearch qnnHtp,
      LibrarySearch qnnSystem,
      LibrarySearch qnnProvider,
      LibrarySearch skels) {}

  /**
   * ONNX Runtime.
   *
   * @param version its version, such as {@code 1.29.0}
   * @param pinned the version that npu4j is tested with
   * @param plugin whether the QNN plugin was registered, or why not
   * @param devices every execution provider device, on one line each
   */
  public record OrtFacts(
      String version, String pinned, ProbeResult<Path> plugin, List<String> devices) {
    /** Takes a copy of the list. */
    public OrtFacts {
      devices = List.copyOf(devices);
    }
  }

  /**
   * QNN.
   *
   * @param versions the versions of its interfaces and its build, on one line
   * @param build the QAIRT build, such as {@code v2.51.0.260929181845}
   * @param htp the NPU, or why the backend does not start
   */
  public record QnnFacts(String versions, String build, ProbeResult<Htp> htp) {}

  /**
   * An HTP.
   *
   * @param socModel the SoC's number; 0 if it does not say
   * @param arch its architecture, such as 73; 0 if it does not say
   * @param coreApiMajor the core API of the library, its major version
   * @param coreApiMinor the core API of the library, its minor version
   * @param emulator whether this is Qualcomm's emulator
   */
  public record Htp(int socModel, int arch, int coreApiMajor, int coreApiMinor, boolean emulator) {

    /** Judges whether it loads a file. */
    Compatibility judge(Compatibility.ContextFacts file) {
      return Compatibility.judge(
          file, new Target(emulator, arch, socModel, new ApiVersion(coreApiMajor, coreApiMinor)));
    }
  }

  /**
   * A disk.
   *
   * @param folder npu4j's cache
   * @param freeBytes what this user has left; negative if it can't be told
   */
  public record Disk(Path folder, long freeBytes) {}
}
