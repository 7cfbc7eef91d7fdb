package io.github.npu4j.doctor;

import io.github.npu4j.doctor.Machine.CLibrary;
import io.github.npu4j.doctor.Machine.Disk;
import io.github.npu4j.doctor.Machine.Htp;
import io.github.npu4j.doctor.Machine.Java;
import io.github.npu4j.doctor.Machine.Libraries;
import io.github.npu4j.doctor.Machine.OrtFacts;
import io.github.npu4j.doctor.Machine.QnnFacts;
import io.github.npu4j.runtime.LibrarySearch;
import io.github.npu4j.runtime.Platform;
import io.github.npu4j.runtime.Platform.Cpu;
import io.github.npu4j.runtime.Platform.Os;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A machine on which all is well, to be spoilt in one way by each test. */
final class SampleMachine {

  Platform platform = new Platform(Os.LINUX, Cpu.X64);
  Java java = new Java(25, "25.0.3", Path.of("/jdk"), true);
  Optional<CLibrary> cLibrary = Optional.of(new CLibrary(Optional.of("2.36"), Optional.of("2.35")));
  LibrarySearch onnxruntime = found("libonnxruntime.so", "/ort/libonnxruntime.so");
  LibrarySearch qnnHtp = found("libQnnHtp.so", "/qnn/libQnnHtp.so");
  LibrarySearch qnnSystem = found("libQnnSystem.so", "/qnn/libQnnSystem.so");
  LibrarySearch qnnProvider =
      found("libonnxruntime_providers_qnn.so", "/qnn/libonnxruntime_providers_qnn.so");
  LibrarySearch skels = new LibrarySearch.Absent("skels", List.of("an emulator needs none"), "");
  ProbeResult<Path> plugin =
      new ProbeResult.Known<>(Path.of("/qnn/libonnxruntime_providers_qnn.so"));
  String ortVersion = "1.29.0";
  ProbeResult<Htp> htp = new ProbeResult.Known<>(new Htp(30, 68, 2, 40, true));
  List<Path> ortCopies = new ArrayList<>(List.of(Path.of("/ort/libonnxruntime.so")));
  Optional<Path> systemOrt = Optional.empty();
  List<String> settings = List.of();
  long freeBytes = 50_000_000_000L;
  Optional<ProbeResult<OrtFacts>> ort = Optional.empty();
  Optional<ProbeResult<QnnFacts>> qnn = Optional.empty();

  /** A Snapdragon X Elite with Windows and a Java of either kind. */
  static SampleMachine snapdragon(Cpu vm) {
    SampleMachine machine = new SampleMachine();
    machine.platform = new Platform(Os.WINDOWS, vm, Cpu.ARM64);
    machine.cLibrary = Optional.empty();
    machine.htp = new ProbeResult.Known<>(new Htp(60, 73, 2, 40, false));
    machine.skels = found("skels", "/qnn");
    return machine;
  }

  static LibrarySearch found(String what, String path) {
    return new LibrarySearch.Found(what, Path.of(path), "npu4j's cache", List.of());
  }

  Machine build() {
    return new Machine(
        platform,
        java,
        cLibrary,
        new Libraries(onnxruntime, qnnHtp, qnnSystem, qnnProvider, skels),
        ort.orElseGet(() ->
            new ProbeResult.Known<>(
                new OrtFacts(
                    ortVersion, "1.29.0", plugin, List.of("CPUExecutionProvider on CPU")))),
        qnn.orElseGet(() ->
            new ProbeResult.Known<>(new QnnFacts("HTP_QTI_AISW v2.51.0", "v2.51.0.2609", htp))),
        ortCopies,
        systemOrt,
        settings,
        new Disk(Path.of("/cache"), freeBytes));
  }
}
