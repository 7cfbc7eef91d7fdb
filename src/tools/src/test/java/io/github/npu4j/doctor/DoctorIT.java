package io.github.npu4j.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.doctor.Finding.Status;
import io.github.npu4j.doctor.Machine.OrtFacts;
import io.github.npu4j.doctor.Machine.QnnFacts;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.runtime.NativeRuntime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The doctor with the real libraries: this machine has the emulator. */
class DoctorIT {

  private static NativeRuntime runtime;
  private static Machine machine;

  @TempDir Path folder;

  @BeforeAll
  static void probe() {
    runtime = NativeRuntime.find();
    machine = Machine.probe(runtime);
  }

  @Test
  void everythingIsFoundAndTheEmulatorIsCalledOne() {
    List<Finding> findings = Doctor.examine(machine);
    assertTrue(Finding.worst(findings).compareTo(Status.PROBLEM) < 0, findings::toString);
    assertTrue(
        machine.qnn() instanceof ProbeResult.Known<QnnFacts>(QnnFacts qnn)
            && qnn.build().startsWith("v2."),
        () -> machine.qnn().toString());
    assertTrue(
        findings.stream().anyMatch(f -> f.id().equals("npu") && f.what().contains("emulator")),
        findings::toString);
  }

  @Test
  void theQnnPluginIsAmongTheDevices() {
    assertTrue(
        machine.ort() instanceof ProbeResult.Known<OrtFacts>(OrtFacts ort)
            && ort.plugin() instanceof ProbeResult.Known<Path>
            && ort.devices().stream().anyMatch(device -> device.startsWith("QNN on ")),
        () -> machine.ort().toString());
  }

  @Test
  void garbageIsNoContextBinary() throws Exception {
    Path garbage = Files.write(folder.resolve("a.bin"), new byte[5000]);
    List<Finding> findings = new FileDoctor(machine).examine(machine.probe(runtime, garbage));
    assertEquals(Status.PROBLEM, Finding.worst(findings), findings::toString);
    assertTrue(findings.toString().contains("30010"), findings::toString);
  }

  @Test
  void emptyFilesForeignFormatsAndEmptyFoldersGetWords() throws Exception {
    for (String name : List.of("a.bin", "a.onnx", "a.dlc", "a.zip")) {
      Path empty = Files.createFile(folder.resolve(name));
      List<Finding> findings = new FileDoctor(machine).examine(machine.probe(runtime, empty));
      assertEquals(Status.PROBLEM, Finding.worst(findings), () -> name + ": " + findings);
    }
    Path nothing = Files.createDirectory(folder.resolve("nothing"));
    List<Finding> findings = new FileDoctor(machine).examine(machine.probe(runtime, nothing));
    assertEquals(Status.PROBLEM, Finding.worst(findings), findings::toString);
    assertThrows(
        ModelMissingException.class, () -> machine.probe(runtime, folder.resolve("nowhere")));
  }
}
