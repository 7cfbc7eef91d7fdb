package io.github.npu4j.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.doctor.FileFacts.Binary;
import io.github.npu4j.doctor.FileFacts.Contents;
import io.github.npu4j.doctor.Finding.Status;
import io.github.npu4j.engine.compatibility.Compatibility;
import io.github.npu4j.engine.compatibility.Compatibility.ApiVersion;
import io.github.npu4j.runtime.Platform.Cpu;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FileDoctorTest {

  private static final Path FILE = Path.of("/m/128.bin");
  private static final Machine EMULATOR = new SampleMachine().build();
  private static final Machine LAPTOP = SampleMachine.snapdragon(Cpu.ARM64).build();

  private static Binary binary(int backend, int soc, int apiMinor, boolean sharedWeights) {
    Contents contents =
        new Contents(
            new Compatibility.ContextFacts(
                backend, soc, new ApiVersion(2, apiMinor), sharedWeights),
            "v2.51.0",
            List.of("graph"));
    return new Binary(
        FILE,
        new ProbeResult.Known<>(contents),
        new ProbeResult.Known<>(Path.of("/m/128.manifest.json")),
        new ProbeResult.Untried<>());
  }

  private static void expect(
      Machine machine, FileFacts facts, String id, Status status, String... words) {
    List<Finding> findings = new FileDoctor(machine).examine(facts);
    List<Finding> some = findings.stream().filter(f -> f.id().equals(id)).toList();
    assertEquals(1, some.size(), findings::toString);
    assertEquals(status, some.getFirst().status(), findings::toString);
    for (String word : words) {
      assertTrue(some.getFirst().toString().contains(word), () -> word + " not in " + some);
    }
  }

  @Test
  void aFileForThisMachineFits() {
    expect(EMULATOR, binary(6, 60, 40, false), "file-soc", Status.OK, "fits the emulator");
    expect(LAPTOP, binary(6, 60, 40, false), "file-soc", Status.OK, "fits this NPU");
  }

  @Test
  void anotherSocIsRefusedOrANotice() {
    expect(LAPTOP, binary(6, 88, 40, false), "file-soc", Status.PROBLEM, "SoC differs");
    expect(LAPTOP, binary(6, 36, 40, false), "file-soc", Status.WARNING, "older");
    expect(LAPTOP, binary(6, 0, 40, false), "file-soc", Status.NOTE, "does not say");
  }

  @Test
  void aNewerApiOrAnotherBackendIsRefused() {
    expect(LAPTOP, binary(6, 60, 41, false), "file-api", Status.PROBLEM, "2.41");
    expect(EMULATOR, binary(4, 60, 40, false), "file-backend", Status.PROBLEM, "backend 4");
  }

  @Test
  void sharedWeightsAreRefusedByTheEmulatorOnly() {
    expect(
        EMULATOR, binary(6, 60, 40, true), "file-shared-weights", Status.PROBLEM, "share weights");
    expect(LAPTOP, binary(6, 60, 40, true), "file-soc", Status.OK);
  }

  @Test
  void damageIsToldFromAMissingManifest() {
    Binary good = binary(6, 60, 40, false);
    Binary damaged =
        new Binary(
            FILE,
            good.contents(),
            new ProbeResult.Failed<>("chunk 3 of 44 differs", ""),
            good.load());
    expect(EMULATOR, damaged, "file-damage", Status.PROBLEM, "chunk 3 of 44", "Get the file again");
    Binary bare = new Binary(FILE, good.contents(), new ProbeResult.Untried<>(), good.load());
    expect(EMULATOR, bare, "file-damage", Status.NOTE, "no manifest", "npu4j adopt");
    Binary garbage =
        new Binary(FILE, new ProbeResult.Failed<>("error 30010", ""), bare.whole(), good.load());
    expect(EMULATOR, garbage, "file-contents", Status.PROBLEM, "30010", "cut short");
  }

  @Test
  void aLoadThatDiedIsAProblem() {
    Binary good = binary(6, 60, 40, false);
    Binary deadly =
        new Binary(
            FILE,
            good.contents(),
            good.whole(),
            new ProbeResult.Failed<>("was ended by SIGSEGV", ""));
    expect(EMULATOR, deadly, "file-load", Status.PROBLEM, "SIGSEGV");
    Binary tried = new Binary(FILE, good.contents(), good.whole(), new ProbeResult.Known<>(41.0));
    expect(EMULATOR, tried, "file-load", Status.OK, "41 ms");
  }

  @Test
  void withoutAnHtpItCanNotRun() {
    SampleMachine bare = new SampleMachine();
    bare.qnn = Optional.of(new ProbeResult.Untried<>());
    expect(bare.build(), binary(6, 60, 40, false), "file-device", Status.WARNING, "no HTP");
  }

  @Test
  void anEpContextOfANewerOnnxRuntimeIsSavedByAdopting() {
    FileFacts model =
        new FileFacts.EpContext(
            Path.of("/m/a.onnx"),
            14,
            13,
            "v2.51.0",
            Optional.of(binary(6, 60, 40, false)),
            Optional.empty());
    expect(EMULATOR, model, "file-ir", Status.PROBLEM, "IR version 14", "npu4j adopt");
    expect(EMULATOR, model, "file-soc", Status.OK);
  }

  @Test
  void anEpContextOfANewerQairtOrWithoutItsFileIsSaid() {
    FileFacts model =
        new FileFacts.EpContext(
            Path.of("/m/a.onnx"),
            13,
            13,
            "v2.60.0",
            Optional.empty(),
            Optional.of(Path.of("/m/a_qnn.bin")));
    expect(EMULATOR, model, "file-qairt", Status.WARNING, "v2.60.0");
    expect(EMULATOR, model, "file-context", Status.PROBLEM, "a_qnn.bin");
    expect(EMULATOR, model, "file-ir", Status.OK);
  }

  @Test
  void whatIsNotCompiledOrNotUsableIsSaid() {
    expect(
        LAPTOP, new FileFacts.Onnx(Path.of("m.onnx"), 8, 13), "file-onnx", Status.NOTE, "compile");
    expect(
        LAPTOP,
        new FileFacts.Unusable(Path.of("m.dlc"), "it is a DLC", "Convert it."),
        "file",
        Status.PROBLEM,
        "DLC",
        "Convert it.");
    FileFacts folder =
        new FileFacts.Folder(
            Path.of("m"),
            List.of(new FileFacts.Onnx(Path.of("m.onnx"), 8, 13), binary(6, 60, 40, false)));
    expect(LAPTOP, folder, "file-ir", Status.OK);
    expect(LAPTOP, folder, "file-soc", Status.OK);
    assertTrue(
        new FileDoctor(LAPTOP).examine(folder).stream().noneMatch(f -> f.id().equals("file-onnx")),
        "the ONNX model of a compiled folder needs no compiling");
  }

  @Test
  void versionsCompareByNumbers() {
    assertTrue(Versions.older("2.9", "2.35"));
    assertTrue(Versions.older("v2.51.0.2609", "v2.60.0"));
    assertTrue(!Versions.older("v2.51.0.2609", "v2.51.0"));
  }
}
