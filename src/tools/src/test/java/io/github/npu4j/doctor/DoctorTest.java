package io.github.npu4j.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.doctor.Finding.Status;
import io.github.npu4j.doctor.Machine.CLibrary;
import io.github.npu4j.doctor.Machine.Java;
import io.github.npu4j.runtime.LibrarySearch;
import io.github.npu4j.runtime.Platform;
import io.github.npu4j.runtime.Platform.Cpu;
import io.github.npu4j.runtime.Platform.Os;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DoctorTest {

  private final SampleMachine machine = new SampleMachine();

  private static Finding only(SampleMachine machine, String id) {
    List<Finding> findings =
        Doctor.examine(machine.build()).stream().filter(f -> f.id().equals(id)).toList();
    assertEquals(1, findings.size(), () -> "findings of " + id + ": " + findings);
    return findings.getFirst();
  }

  private void expect(String id, Status status, String... words) {
    expect(machine, id, status, words);
  }

  private static void expect(SampleMachine machine, String id, Status status, String... words) {
    Finding finding = only(machine, id);
    assertEquals(status, finding.status(), finding::toString);
    for (String word : words) {
      assertTrue(finding.toString().contains(word), () -> word + " is not in " + finding);
    }
  }

  @Test
  void aGoodMachineHasOnlyTheEmulatorToNote() {
    List<Finding> findings = Doctor.examine(machine.build());
    assertEquals(Status.NOTE, Finding.worst(findings), findings::toString);
    assertEquals("No NPU: this is Qualcomm's emulator of one", only(machine, "npu").what());
  }

  @Test
  void everyFindingSaysWhatToDo() {
    for (Finding finding : Doctor.examine(machine.build())) {
      assertFalse(finding.what().isBlank(), finding::toString);
      assertFalse(finding.advice().isBlank(), finding::toString);
    }
  }

  @Test
  void aSnapdragonHasItsNpuWithBothKindsOfJava() {
    for (Cpu vm : List.of(Cpu.X64, Cpu.ARM64)) {
      SampleMachine laptop = SampleMachine.snapdragon(vm);
      expect(laptop, "npu", Status.OK, "Snapdragon X Elite", "v73");
      expect(laptop, "skel", Status.OK);
      assertEquals(vm == Cpu.X64 ? Status.OK : Status.NOTE, only(laptop, "platform").status());
    }
    expect(SampleMachine.snapdragon(Cpu.X64), "platform", Status.OK, "ARM64EC");
    expect(SampleMachine.snapdragon(Cpu.ARM64), "platform", Status.NOTE, "Java package", "x64 JDK");
  }

  @Test
  void theWheelOfAnotherCpuIsNamedAsSuch() {
    String reason = "NPU4J_RUNTIME: /w/libQnnHtp.so is for arm64 and this Java VM is for x64";
    machine.qnnHtp = new LibrarySearch.Absent("libQnnHtp.so", List.of(reason), "");
    machine.qnn = Optional.of(new ProbeResult.Untried<>());
    expect("qnn-htp", Status.PROBLEM, "another CPU", reason, "npu4j runtime install");
  }

  @Test
  void whatChoosesNativeLibrariesIsSaid() {
    expect("settings", Status.OK, "No property and no variable");
    machine.settings =
        LibrarySettings.those(
            Map.of("npu4j.runtime", "/r", "java.home", "/j")::get,
            Map.of("LD_PRELOAD", "/evil.so", "PATH", "/bin", "NPU4J_HOME", " ")::get);
    expect("settings", Status.NOTE, "-Dnpu4j.runtime=/r, LD_PRELOAD=/evil.so");
    assertFalse(only(machine, "settings").what().contains("/bin"));
  }

  @Test
  void aMissingRuntimeIsAWarningWithTheLineThatGetsIt() {
    LibrarySearch absent = new LibrarySearch.Absent("libQnnHtp.so", List.of("no folder /c"), "");
    machine.qnnHtp = absent;
    machine.qnnProvider = absent;
    machine.plugin = new ProbeResult.Untried<>();
    machine.qnn = Optional.of(new ProbeResult.Untried<>());
    expect("qnn-htp", Status.WARNING, "no folder /c", "Run: npu4j runtime install");
    expect("qnn-provider", Status.WARNING, "Run: npu4j runtime install");
  }

  @Test
  void aMissingSkelIsAProblemOnlyWhereThereIsAnNpu() {
    assertTrue(Doctor.examine(machine.build()).stream().noneMatch(f -> f.id().equals("skel")));
    SampleMachine laptop = SampleMachine.snapdragon(Cpu.ARM64);
    laptop.skels = new LibrarySearch.Absent("skels", List.of("none in /qnn"), "");
    expect(laptop, "skel", Status.PROBLEM, "none in /qnn", "ADSP_LIBRARY_PATH");
  }

  @Test
  void anArmMachineWithoutAnNpuSaysWhy() {
    SampleMachine server = SampleMachine.snapdragon(Cpu.ARM64);
    server.platform = new Platform(Os.LINUX, Cpu.ARM64);
    server.htp = new ProbeResult.Failed<>("No Snapdragon SOC detected (0xfa0)", "");
    expect(server, "npu", Status.WARNING, "No Snapdragon SOC detected");
  }

  @Test
  void anOldGlibcIsFoundByItsNumberAndByTheLoadersWords() {
    machine.cLibrary = Optional.of(new CLibrary(Optional.of("2.9"), Optional.of("2.35")));
    expect("glibc", Status.PROBLEM, "2.9 is too old", "2.35", "Debian 12");
    machine.cLibrary = Optional.of(new CLibrary(Optional.empty(), Optional.of("2.35")));
    expect("glibc", Status.PROBLEM, "musl");
    machine.qnn =
        Optional.of(new ProbeResult.Failed<>("/lib/libc.so.6: version `GLIBC_2.38' not found", ""));
    expect("qnn-htp", Status.PROBLEM, "GLIBC_2.38", "newer system");
  }

  @Test
  void twoCopiesOfOnnxRuntimeAreAProblem() {
    machine.ortCopies.add(Path.of("/tmp/onnxruntime-java1/libonnxruntime.so"));
    expect("ort-copies", Status.PROBLEM, "2 copies", "onnxruntime.native.path");
  }

  @Test
  void windowsOwnOnnxRuntimeIsAProblemOnlyIfItWon() {
    Path dll = Path.of("C:/Windows/System32/onnxruntime.dll");
    SampleMachine laptop = SampleMachine.snapdragon(Cpu.X64);
    laptop.systemOrt = Optional.of(dll);
    expect(laptop, "system-ort", Status.NOTE, "by path");
    laptop.ortCopies.clear();
    laptop.ortCopies.add(dll);
    expect(laptop, "system-ort", Status.PROBLEM, "System32 first");
  }

  @Test
  void anotherOnnxRuntimeOrARefusedPluginIsSaid() {
    machine.ortVersion = "1.20.0";
    expect("onnxruntime", Status.WARNING, "tested with 1.29.0");
    machine.plugin =
        new ProbeResult.Failed<>("the requested API version [29] is not supported", "");
    expect("qnn-provider", Status.PROBLEM, "1.20.0 refuses", "API version [29]");
    machine.ort = Optional.of(new ProbeResult.Failed<>("wrong ELF class: ELFCLASS32", ""));
    expect("onnxruntime", Status.PROBLEM, "another CPU");
  }

  @Test
  void providerAndBackendFromDifferentFoldersNeedNotFit() {
    machine.qnnHtp =
        new LibrarySearch.Found(
            "libQnnHtp.so", Path.of("/sdk/libQnnHtp.so"), "QNN_SDK_ROOT", List.of());
    expect("qnn-provider", Status.WARNING, "different folders", "Unset QNN_SDK_ROOT");
  }

  @Test
  void anOldJavaAndDeniedNativeAccessAreSaid() {
    machine.java = new Java(21, "21.0.1", Path.of("/jdk"), false);
    expect("java", Status.PROBLEM, "Install a JDK 25");
    expect("native-access", Status.WARNING, "--enable-native-access=ALL-UNNAMED");
  }

  @Test
  void aFullDiskIsSaidBeforeItHurts() {
    machine.freeBytes = 1_500_000_000L;
    expect("disk", Status.WARNING, "1.5 GB", "NPU4J_HOME");
    machine.freeBytes = 100_000_000L;
    expect("disk", Status.PROBLEM);
    machine.freeBytes = -1;
    expect("disk", Status.OK, "unknown");
  }

  @Test
  void macOsRunsOnItsCpu() {
    machine.platform = new Platform(Os.MACOS, Cpu.ARM64);
    machine.cLibrary = Optional.empty();
    expect("platform", Status.NOTE, "CPU");
  }
}
