package io.github.npu4j.family.t5;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.onnx.OnnxGraph;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.onnx.OnnxModels;
import io.github.npu4j.onnx.OnnxNode;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.store.Progress;
import io.github.npu4j.testing.StaticT5;
import io.github.npu4j.testing.T5Fixture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The static graphs on the CPU, against what PyTorch recorded. */
class T5StaticGraphsIT {

  private static final OpenOptions CPU = OpenOptions.on(Device.CPU).withThreads(1);

  @TempDir private Path folder;

  static List<T5Fixture> fixtures() {
    return T5Fixture.all();
  }

  private void export(T5Fixture fixture, int tokens) throws IOException {
    Path checkpoint = folder.resolve("checkpoint");
    fixture.write(checkpoint);
    try (T5Checkpoint opened = T5Checkpoint.open(checkpoint)) {
      new T5Export(opened).writeStatic(folder, tokens, 64, Progress.NONE);
    }
  }

  private StaticT5 open() {
    return new StaticT5(
        folder.resolve(T5Files.STATIC_ENCODER),
        folder.resolve(T5Files.STATIC_DECODER),
        folder.resolve(T5Files.STATIC_DECODER_BIAS),
        CPU);
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void answersAsPyTorchDoes(T5Fixture fixture) throws IOException {
    export(fixture, 40);
    try (StaticT5 model = open()) {
      for (T5Fixture.Case given : fixture.cases()) {
        model.encode(given.ids());
        for (int i = 0; i < given.forced().length; i++) {
          assertArrayEquals(
              given.logits()[i], model.step(given.forced()[i]), 1e-4f, given + ", step " + i);
        }
        assertArrayEquals(given.greedy(), model.greedy(given.ids(), 64), given.toString());
      }
    }
  }

  @Test
  void graphsMadeForFewerTokensAnswerTheSame() throws IOException {
    T5Fixture fixture = T5Fixture.named("three-heads");
    export(fixture, 40);
    T5Fixture.Case given = fixture.cases().get(1);
    try (StaticT5 model =
        new StaticT5(
            resized(T5Files.STATIC_ENCODER, 12),
            resized(T5Files.STATIC_DECODER, 12),
            folder.resolve(T5Files.STATIC_DECODER_BIAS),
            CPU)) {
      assertEquals(12, model.positions());
      assertArrayEquals(given.greedy(), model.greedy(given.ids(), 64));
    }
    OnnxModel encoder = OnnxModel.read(folder.resolve(T5Files.STATIC_ENCODER));
    BadInputException longer =
        assertThrows(BadInputException.class, () -> T5Buckets.shapes(encoder, 41));
    assertEquals("it was exported for at most 40", longer.why());
    BadModelException other =
        assertThrows(
            BadModelException.class,
            () ->
                T5Buckets.shapes(
                    OnnxModel.read(
                        OnnxModels.write(folder.resolve("relu.onnx"), OnnxModels.relu(1, 16))),
                    4));
    assertTrue(other.getMessage().contains("not one of a T5's static graphs"), other.getMessage());
  }

  private Path resized(String file, int tokens) throws IOException {
    Path source = folder.resolve(file);
    Path target = folder.resolve("resized-" + file);
    OnnxModel model = OnnxModel.read(source);
    T5Buckets.shapes(model, tokens).applyTo(model).write(target);
    return target;
  }

  @Test
  void nothingInTheGraphsIsOpen() throws IOException {
    export(T5Fixture.named("gated-untied"), 16);
    for (String name : List.of(T5Files.STATIC_ENCODER, T5Files.STATIC_DECODER)) {
      OnnxGraph file = OnnxModel.read(folder.resolve(name)).graph();
      file.inputs().forEach(input -> assertTrue(input.isStatic(), input.toString()));
      file.outputs().forEach(output -> assertTrue(output.isStatic(), output.toString()));
      List<String> types = file.nodes().stream().map(OnnxNode::opType).distinct().toList();
      for (String dynamic : List.of("Shape", "Range", "If", "Loop", "NonZero", "Expand")) {
        assertTrue(!types.contains(dynamic), name + " has " + dynamic);
      }
    }
  }
}
