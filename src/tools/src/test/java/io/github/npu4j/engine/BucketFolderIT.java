package io.github.npu4j.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.artifact.ModelFolderWriter;
import io.github.npu4j.compile.CompileProgress;
import io.github.npu4j.compile.CompileRequest;
import io.github.npu4j.compile.CompiledContext;
import io.github.npu4j.compile.Compiler;
import io.github.npu4j.compile.Weights;
import io.github.npu4j.engine.open.Models;
import io.github.npu4j.hostile.HostileModels;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.runtime.NativeRuntime;
import io.github.npu4j.runtime.Soc;
import io.github.npu4j.tensor.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model folder of two buckets, real files in the emulator. */
class BucketFolderIT {

  private static final int IN = 64;
  private static final int OUT = 16;

  @TempDir Path folder;

  @Test
  void eachLengthRunsInItsOwnFile() throws IOException {
    Path model = compiled(Weights.SEPARATE);
    try (Model buckets = Models.open(model, OpenOptions.on(Device.EMULATOR));
        Model cpu = Models.open(model, OpenOptions.on(Device.CPU))) {
      assertEquals(List.of("16", "32"), buckets.graphs());
      assertEquals(EngineKind.DIRECT, buckets.placement().engine());
      long first = buckets.loadReport().bytes();
      assertEquals(size(model, "16"), first, "the larger file is opened when it is used");
      for (int tokens : new int[] {32, 16}) {
        assertArrayEquals(
            run(cpu, cpu.graphs().getFirst(), tokens), run(buckets, "" + tokens, tokens), 1e-2f);
      }
      assertEquals(first + size(model, "32"), buckets.loadReport().bytes());
    }
  }

  /** The emulator can't load the shared file; what it runs are the twins beside it. */
  @Test
  void besideAFileOfSharedWeightsTheTwinsRun() throws IOException {
    Path model = compiled(Weights.SHARED);
    assertEquals(3, ModelFolder.open(model).contexts().size());
    try (Model buckets = Models.open(model, OpenOptions.on(Device.EMULATOR))) {
      assertEquals(List.of("16", "32"), buckets.graphs());
      assertEquals(32L * OUT, run(buckets, "32", 32).length);
    }
  }

  private Path compiled(Weights weights) throws IOException {
    Path onnx = Files.write(folder.resolve("perToken.onnx"), HostileModels.perToken());
    Path model = folder.resolve(weights.name());
    ModelFolderWriter writer = ModelFolder.write(model);
    writer.onnx(onnx);
    for (CompiledContext context :
        new Compiler(NativeRuntime.find())
            .compile(
                new CompileRequest(onnx, Soc.X_ELITE, List.of(16, 32), Map.of(), weights, Map.of()),
                CompileProgress.NONE)) {
      context.copyTo(writer);
    }
    assertTrue(ModelFolder.open(model).contexts().size() >= 2);
    return model;
  }

  private static long size(Path model, String name) throws IOException {
    return Files.size(ModelFolder.open(model).contextPath(Soc.X_ELITE.name(), name));
  }

  private static float[] run(Model model, String graph, int tokens) {
    Shape shape = Shape.of(1, tokens, IN);
    try (Binding binding = model.bind(graph, Map.of("x", shape))) {
      float[] x = new float[tokens * IN];
      for (int i = 0; i < x.length; i++) {
        x[i] = (i % 97 - 48) / 48f;
      }
      binding.write("x", x);
      binding.run();
      float[] y = new float[tokens * OUT];
      binding.read("y", y);
      return y;
    }
  }
}
