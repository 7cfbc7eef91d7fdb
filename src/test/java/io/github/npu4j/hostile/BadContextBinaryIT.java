package io.github.npu4j.hostile;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.artifact.Manifest;
import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.compile.CompileProgress;
import io.github.npu4j.compile.CompileRequest;
import io.github.npu4j.compile.CompiledContext;
import io.github.npu4j.compile.Compiler;
import io.github.npu4j.engine.Binding;
import io.github.npu4j.engine.Model;
import io.github.npu4j.engine.Models;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.engine.Soc;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.runtime.NativeRuntime;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bad context binaries through the door that everyone uses: each is refused in words, the process
 * goes on, and a good one still answers as before.
 */
class BadContextBinaryIT {

  private static final String SOC = Soc.X_ELITE.name();

  @TempDir static Path shared;

  private static CompiledContext good;
  private static CompiledContext other;
  private static byte[] binary;
  private static byte[] manifest;
  private static float[] answer;

  @TempDir Path folder;
  private Path binaryFile;
  private Path manifestFile;

  @BeforeAll
  static void compile() throws IOException {
    // Wide enough that weights are nearly all of the file.
    good = compiled("good", HostileModels.mlp(64, 1024, 16));
    other = compiled("other", HostileModels.mlp(64, 1000, 16));
    binary = Files.readAllBytes(good.binary());
    manifest = Files.readAllBytes(Manifest.besideOf(good.binary()));
    answer = run(good.binary());
  }

  private static CompiledContext compiled(String name, byte[] onnx) throws IOException {
    Path model = Files.write(shared.resolve(name + ".onnx"), onnx);
    return new Compiler(NativeRuntime.find())
        .compile(CompileRequest.of(model, Soc.X_ELITE, List.of()), CompileProgress.NONE)
        .getFirst();
  }

  @BeforeEach
  void fill() throws IOException {
    good.copyTo(ModelFolder.write(folder));
    binaryFile = ModelFolder.open(folder).contextPath(SOC, good.name());
    manifestFile = Manifest.besideOf(binaryFile);
    assertEquals(1, ModelFolder.open(folder).contexts().size());
  }

  @AfterEach
  void stillRunsAGoodOne() throws IOException {
    assertArrayEquals(answer, run(good.binary()));
  }

  @Test
  void changedBytesInTheWeights() throws IOException {
    Refusals refusals = refusals();
    for (int seed = 0; seed < 240; seed++) {
      byte[] bad =
          Damage.changed(binary, binary.length / 4, binary.length * 3 / 4, 1 + seed % 8, seed);
      expect(refusals, "weights " + seed, bad, manifest);
    }
    refusals.check();
    assertEquals(240, refusals.files());
  }

  @Test
  void changedBytesAnywhere() throws IOException {
    Refusals refusals = refusals();
    for (int seed = 0; seed < 60; seed++) {
      byte[] bad = Damage.changed(binary, 0, binary.length, 1 + seed % 8, seed);
      expect(refusals, "anywhere " + seed, bad, manifest);
    }
    refusals.check();
  }

  @Test
  void damagedManifests() throws IOException {
    Refusals refusals = refusals();
    for (int seed = 0; seed < 60; seed++) {
      byte[] bad = Damage.changed(manifest, 0, manifest.length, 1 + seed % 8, seed);
      expect(refusals, "manifest " + seed, binary, bad);
    }
    for (int part = 0; part < 20; part++) {
      byte[] bad = Damage.truncated(manifest, manifest.length * part / 20);
      expect(refusals, "manifest cut at " + bad.length, binary, bad);
    }
    for (Map.Entry<String, byte[]> foreign : ForeignFiles.byKind().entrySet()) {
      expect(refusals, "manifest " + foreign.getKey(), binary, foreign.getValue());
    }
    refusals.check();
    assertTrue(refusals.files() > 100, () -> "only " + refusals.files() + " files");
  }

  @Test
  void filesOfAnotherLength() throws IOException {
    Refusals refusals = refusals();
    for (int part = 0; part < 40; part++) {
      byte[] bad = Damage.truncated(binary, (int) ((long) binary.length * part / 40));
      expect(refusals, "cut at " + bad.length, bad, manifest);
    }
    expect(refusals, "one byte less", Damage.truncated(binary, binary.length - 1), manifest);
    for (int more : new int[] {1, 4096, 100_000}) {
      expect(refusals, more + " bytes more", Damage.lengthened(binary, more), manifest);
    }
    for (int page = 0; page + 4096 <= binary.length; page += binary.length / 20) {
      byte[] bad = Damage.zeroed(binary, page, 4096);
      if (!java.util.Arrays.equals(bad, binary)) {
        expect(refusals, "zeros at " + page, bad, manifest);
      }
    }
    refusals.check();
    assertTrue(refusals.files() > 50, () -> "only " + refusals.files() + " files");
  }

  @Test
  void filesOfAnotherModelOrKind() throws IOException {
    Refusals refusals = refusals();
    expect(refusals, "another model", Files.readAllBytes(other.binary()), manifest);
    byte[] otherManifest = Files.readAllBytes(Manifest.besideOf(other.binary()));
    expect(refusals, "another model's manifest", binary, otherManifest);
    for (Map.Entry<String, byte[]> foreign : ForeignFiles.byKind().entrySet()) {
      expect(refusals, foreign.getKey(), foreign.getValue(), manifest);
    }
    refusals.check();
  }

  /** What can be seen without a manifest: the file's structure, by QnnSystem. */
  @Test
  void withoutAManifest() throws IOException {
    Files.delete(manifestFile);
    Refusals refusals = refusals();
    for (Map.Entry<String, byte[]> foreign : ForeignFiles.byKind().entrySet()) {
      expect(refusals, foreign.getKey(), foreign.getValue());
    }
    for (int part = 0; part < 60; part++) {
      byte[] bad = Damage.truncated(binary, (int) ((long) binary.length * part / 60));
      expect(refusals, "cut at " + bad.length, bad);
    }
    refusals.check();
    assertTrue(refusals.files() > 80, () -> "only " + refusals.files() + " files");
  }

  private static Refusals refusals() {
    return new Refusals(Set.of(BadModelException.class));
  }

  /** Opens the model folder with these two files in it. */
  private void expect(Refusals refusals, String name, byte[] content, byte[] itsManifest)
      throws IOException {
    Files.write(binaryFile, content);
    Files.write(manifestFile, itsManifest);
    refusals.expect(name, () -> open(folder));
  }

  /** Opens a bare context binary. */
  private void expect(Refusals refusals, String name, byte[] content) throws IOException {
    Path bare = Files.write(folder.resolve("bare.bin"), content);
    refusals.expect(name, () -> open(bare));
  }

  private static void open(Path model) {
    Models.open(model, OpenOptions.on(Device.EMULATOR)).close();
  }

  private static float[] run(Path model) {
    try (Model opened = Models.open(model, OpenOptions.on(Device.EMULATOR));
        Binding binding = opened.bind(opened.graphs().getFirst())) {
      for (int i = 0; i < 64; i++) {
        binding.input("x").setAtIndex(ValueLayout.JAVA_FLOAT, i, i / 64f);
      }
      binding.run();
      return binding.output("y").toArray(ValueLayout.JAVA_FLOAT);
    }
  }
}
