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
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.engine.open.Models;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.hostile.ContextCorpus.Bad;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.runtime.NativeRuntime;
import io.github.npu4j.runtime.Soc;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
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
  private static ContextCorpus corpus;
  private static float[] answer;

  @TempDir Path folder;
  private Path binaryFile;

  @BeforeAll
  static void compile() throws IOException {
    // Wide enough that weights are nearly all of the file.
    good = compiled("good", HostileModels.mlp(64, 1024, 16));
    other = compiled("other", HostileModels.mlp(64, 1000, 16));
    corpus = new ContextCorpus(good.binary());
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
    assertEquals(1, ModelFolder.open(folder).contexts().size());
  }

  @AfterEach
  void stillRunsAGoodOne() throws IOException {
    assertArrayEquals(answer, run(good.binary()));
  }

  @Test
  void changedBytesInTheWeights() throws IOException {
    assertEquals(240, refused(corpus.weights()));
  }

  @Test
  void changedBytesAnywhere() throws IOException {
    assertEquals(60, refused(corpus.anywhere()));
  }

  @Test
  void damagedManifests() throws IOException {
    assertTrue(refused(corpus.manifests()) > 100);
  }

  @Test
  void filesOfAnotherLength() throws IOException {
    assertTrue(refused(Stream.concat(corpus.truncated(40), corpus.lengths())) > 50);
  }

  @Test
  void filesOfAnotherModelOrKind() throws IOException {
    refused(Stream.concat(corpus.mixedWith(new ContextCorpus(other.binary())), corpus.foreign()));
  }

  /** What can be seen without a manifest: the file's structure, by QnnSystem. */
  @Test
  void withoutAManifest() throws IOException {
    Files.delete(Manifest.besideOf(binaryFile));
    Path bare = folder.resolve("bare.bin");
    Refusals refusals = new Refusals(Set.of(BadModelException.class));
    for (Bad bad : Stream.concat(corpus.foreign(), corpus.truncated(60)).toList()) {
      bad.writeBare(bare);
      refusals.expect(bad.name(), () -> open(bare));
    }
    refusals.check();
    assertTrue(refusals.files() > 80, () -> "only " + refusals.files() + " files");
  }

  /** Opens the model folder with each of these files in it; returns how many there were. */
  private int refused(Stream<Bad> files) throws IOException {
    Refusals refusals = new Refusals(Set.of(BadModelException.class));
    for (Iterator<Bad> each = files.iterator(); each.hasNext(); ) {
      Bad bad = each.next();
      bad.write(binaryFile);
      refusals.expect(bad.name(), () -> open(folder));
    }
    refusals.check();
    return refusals.files();
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
