package io.github.npu4j.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.ort.LogLevel;
import io.github.npu4j.ort.Ort;
import io.github.npu4j.ort.OrtModel;
import io.github.npu4j.ort.OrtTensor;
import io.github.npu4j.ort.SessionOptions;
import io.github.npu4j.runtime.NativeRuntime;
import io.github.npu4j.store.Progress;
import io.github.npu4j.tensor.TensorSpec;
import io.github.npu4j.testing.PypiWheel;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * All models of ONNX's own backend tests, some 1700 with every operator, type and kind of
 * attribute, read and written by {@link OnnxModel}.
 */
class OnnxNodeTestsIT {

  /** The last release whose wheel holds the models of the node tests. */
  private static final PypiWheel ONNX =
      new PypiWheel(
          "onnx", "1.20.1", "2297f428c51c7fc6d8fad0cf34384284dfeff3f86799f8e83ef905451348ade0");

  private static final Ort ORT = Ort.load(NativeRuntime.find().onnxruntime().require());

  @TempDir private static Path folder;

  private static List<Path> models;

  @BeforeAll
  static void fetch() throws IOException {
    try (Stream<Path> files = Files.walk(ONNX.files("onnx/backend/test/data/"))) {
      models = files.filter(file -> file.endsWith("model.onnx")).sorted().toList();
    }
    assertTrue(models.size() > 1600, () -> "only " + models.size() + " models");
  }

  /** ONNX Runtime warns of what these models are odd in on purpose. */
  @BeforeAll
  static void hush() {
    ORT.logLevel(LogLevel.FATAL);
  }

  @AfterAll
  static void speak() {
    ORT.logLevel(LogLevel.WARNING);
  }

  private static byte[] rewritten(Path model, WeightPlacement placement) throws IOException {
    Path copy = folder.resolve("copy.onnx");
    OnnxModel.read(model).write(copy, placement, Progress.NONE);
    return Files.readAllBytes(copy);
  }

  @Test
  void everyModelIsEqualAsAMessageWhenReadAndWritten() throws IOException {
    for (Path model : models) {
      byte[] before = Files.readAllBytes(model);
      byte[] after = rewritten(model, WeightPlacement.UNCHANGED);
      ModelProto expected = ModelProto.parseFrom(before);
      assertEquals(expected, ModelProto.parseFrom(after), model::toString);
      assertArrayEquals(before, after, () -> model + " is the same message in other bytes");
      byte[] twice = rewritten(folder.resolve("copy.onnx"), WeightPlacement.INSIDE);
      assertEquals(expected, ModelProto.parseFrom(twice), () -> model + " written twice");
    }
  }

  /** Opsets, operators and types that it does not have leave out some 150. */
  @Test
  void everyModelThatOnnxRuntimeRunsGivesTheSameOutputs() throws IOException {
    int run = 0;
    for (Path model : models) {
      byte[] before = Files.readAllBytes(model);
      List<byte[]> expected = outputs(model, before);
      if (expected.isEmpty()) {
        continue;
      }
      List<byte[]> actual = outputs(model, rewritten(model, WeightPlacement.UNCHANGED));
      if (!same(expected, actual)) {
        assertFalse(same(expected, outputs(model, before)), () -> model + " answers otherwise");
      }
      run++;
    }
    int count = run;
    assertTrue(count > 1600, () -> "only " + count + " models run");
  }

  private static boolean same(List<byte[]> one, List<byte[]> other) {
    return Arrays.deepEquals(one.toArray(), other.toArray());
  }

  /** Returns the bytes of each output; none if ONNX Runtime can't run the model or its inputs. */
  private static List<byte[]> outputs(Path model, byte[] bytes) throws IOException {
    try (Arena arena = Arena.ofConfined();
        SessionOptions options = SessionOptions.create(ORT).intraOpThreads(1);
        OrtModel opened =
            OrtModel.open(ORT, arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes), options)) {
      Map<String, OrtTensor> inputs = inputs(model, opened.inputs());
      List<String> names = opened.outputs().stream().map(TensorSpec::name).toList();
      Map<String, OrtTensor> outputs = opened.run(inputs, names, null);
      List<byte[]> found =
          names.stream()
              .map(name -> outputs.get(name).data().toArray(ValueLayout.JAVA_BYTE))
              .toList();
      inputs.values().forEach(OrtTensor::close);
      outputs.values().forEach(OrtTensor::close);
      return found;
    } catch (NpuException notHere) {
      return List.of();
    }
  }

  /** Reads the inputs of the first set of data; they are named in the model's order. */
  private static Map<String, OrtTensor> inputs(Path model, List<TensorSpec> taken)
      throws IOException {
    List<ValueInfo> declared = OnnxModel.read(model).graph().inputs();
    Map<String, OrtTensor> inputs = new LinkedHashMap<>();
    for (int i = 0; i < declared.size() && inputs.size() < taken.size(); i++) {
      Path file = model.resolveSibling("test_data_set_0").resolve("input_" + i + ".pb");
      if (Files.exists(file)) {
        MemorySegment message = MemorySegment.ofArray(Files.readAllBytes(file));
        ModelSource source = new ModelSource(message);
        OnnxConstant value = OnnxConstant.read(source.reader(), source);
        TensorSpec spec = value.spec().orElseThrow();
        OrtTensor tensor = OrtTensor.allocate(ORT, spec.type(), spec.shape());
        value.bytes().copyInto(tensor.data());
        inputs.put(declared.get(i).name(), tensor);
      }
    }
    return inputs;
  }
}
