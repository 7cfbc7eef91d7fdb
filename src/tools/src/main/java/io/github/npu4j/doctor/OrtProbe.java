package io.github.npu4j.doctor;

import io.github.npu4j.doctor.Machine.OrtFacts;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.ort.EpDevice;
import io.github.npu4j.ort.Ort;
import io.github.npu4j.runtime.LibrarySearch;
import io.github.npu4j.runtime.NativeRuntime;
import io.github.npu4j.runtime.libraries.RuntimeLock;
import java.nio.file.Path;

/** Loads ONNX Runtime, registers the QNN plugin, and asks for the devices. */
final class OrtProbe {

  /** The name that the plugin takes as its own. */
  private static final String QNN = "QNN";

  private OrtProbe() {}

  static ProbeResult<OrtFacts> probe(NativeRuntime runtime) {
    if (!(runtime.onnxruntime() instanceof LibrarySearch.Found found)) {
      return new ProbeResult.Untried<>();
    }
    try {
      Ort ort = Ort.load(found.path());
      ProbeResult<Path> plugin = register(ort, runtime.qnnProvider());
      return new ProbeResult.Known<>(
          new OrtFacts(
              ort.version(),
              RuntimeLock.pinned().ortVersion(),
              plugin,
              ort.devices().stream().map(EpDevice::toString).toList()));
    } catch (NpuException refused) {
      return new ProbeResult.Failed<>(QnnProbe.reason(refused), refused.advice());
    }
  }

  private static ProbeResult<Path> register(Ort ort, LibrarySearch provider) {
    if (!(provider instanceof LibrarySearch.Found found)) {
      return new ProbeResult.Untried<>();
    }
    try {
      ort.registerLibrary(QNN, found.path());
      return new ProbeResult.Known<>(found.path());
    } catch (NpuException refused) {
      return new ProbeResult.Failed<>(QnnProbe.reason(refused), refused.advice());
    } catch (IllegalStateException taken) {
      return new ProbeResult.Failed<>(String.valueOf(taken.getMessage()), "Register it only once.");
    }
  }
}
