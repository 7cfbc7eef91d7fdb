package io.github.npu4j.doctor;

import io.github.npu4j.doctor.Machine.Htp;
import io.github.npu4j.doctor.Machine.QnnFacts;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.qnn.HtpPlatform;
import io.github.npu4j.qnn.Qnn;
import io.github.npu4j.qnn.QnnLibraries;
import io.github.npu4j.qnn.QnnSystem;
import io.github.npu4j.qnn.info.QnnVersions;
import io.github.npu4j.runtime.LibrarySearch;
import io.github.npu4j.runtime.NativeRuntime;

/** Loads QNN, starts its backend once, and stops it again. */
final class QnnProbe {

  private QnnProbe() {}

  static ProbeResult<QnnFacts> probe(NativeRuntime runtime) {
    if (!(runtime.qnnHtp() instanceof LibrarySearch.Found htp
        && runtime.qnnSystem() instanceof LibrarySearch.Found system)) {
      return new ProbeResult.Untried<>();
    }
    runtime.announceSkels();
    try {
      QnnSystem.load(system.path());
    } catch (NpuException refused) {
      return new ProbeResult.Failed<>(reason(refused), refused.advice());
    }
    try (Qnn qnn = Qnn.load(new QnnLibraries(htp.path(), system.path()))) {
      QnnVersions versions = qnn.versions();
      return new ProbeResult.Known<>(
          new QnnFacts(
              versions.provider()
                  + ", QAIRT "
                  + versions.buildId()
                  + ", API core "
                  + versions.core()
                  + ", HTP "
                  + versions.backend()
                  + ", system "
                  + versions.system(),
              versions.buildId(),
              htp(qnn.platform(), versions)));
    } catch (io.github.npu4j.error.RuntimeMissingException unloadable) {
      return new ProbeResult.Failed<>(reason(unloadable), unloadable.advice());
    } catch (NpuException noDevice) {
      return new ProbeResult.Known<>(
          new QnnFacts(
              "The library loads",
              "",
              new ProbeResult.Failed<>(reason(noDevice), noDevice.advice())));
    }
  }

  private static ProbeResult<Htp> htp(HtpPlatform platform, QnnVersions versions) {
    if (platform.devices().isEmpty()) {
      return new ProbeResult.Failed<>("the backend starts but names no device", "");
    }
    HtpPlatform.HtpDevice device = platform.devices().getFirst();
    return new ProbeResult.Known<>(
        new Htp(
            device.socModel(),
            device.arch(),
            versions.core().major(),
            versions.core().minor(),
            platform.isEmulator()));
  }

  static String reason(NpuException error) {
    return error.why().isEmpty() ? error.what() : error.what() + ": " + error.why();
  }
}
