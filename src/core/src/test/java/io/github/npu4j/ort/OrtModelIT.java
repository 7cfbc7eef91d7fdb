package io.github.npu4j.ort;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.ModelProto;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.IncompatibleModelException;
import io.github.npu4j.error.NativeCallException;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.error.RunAbortedException;
import io.github.npu4j.numeric.Convert;
import io.github.npu4j.ort.abi.OnnxTypes;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OrtModelIT {

  @TempDir Path folder;

  @Test
  void opensAFileInAFolderWithAnyName() throws IOException {
    Path file = Files.createDirectory(folder.resolve("über alle 模型")).resolve("größe 1.onnx");
    OnnxBytes.save(file, OnnxBytes.add(4));
    try (SessionOptions options = SessionOptions.create(RealOrt.ORT);
        OrtModel model = OrtModel.open(RealOrt.ORT, file, options)) {
      assertEquals(
          List.of(
              new TensorSpec("a", ElementType.FLOAT32, Shape.of(1, 4)),
              new TensorSpec("b", ElementType.FLOAT32, Shape.of(1, 4))),
          model.inputs());
      assertEquals(
          List.of(new TensorSpec("sum", ElementType.FLOAT32, Shape.of(1, 4))), model.outputs());
      assertEquals(List.of(), model.overridableInitializers());
    }
  }

  @Test
  void saysWhichDimensionsAreOpen() {
    try (OrtModel model = RealOrt.open(OnnxBytes.openBatch())) {
      assertEquals(Shape.of(Shape.DYNAMIC, 4), model.inputs().getFirst().shape());
      assertEquals(List.of("batch", ""), model.dimensionNames("x"));
      assertEquals(List.of("batch", ""), model.dimensionNames("twice"));
      assertThrows(BadInputException.class, () -> model.dimensionNames("z"));
      try (OrtTensor x = RealOrt.floats(Shape.of(2, 4));
          OrtTensor twice = model.run(Map.of("x", x), List.of("twice"), null).get("twice")) {
        assertEquals(Shape.of(2, 4), twice.shape());
      }
    }
  }

  @Test
  void readsTheMetadata() {
    try (OrtModel model = RealOrt.open(OnnxBytes.withMetadata())) {
      assertEquals(
          new ModelMetadata(
              "npu4j's tests",
              "add",
              "io.github.npu4j",
              "für die Prüfung",
              "adds two rows",
              42,
              Map.of("task", "addition", "größe", "4")),
          model.metadata());
    }
  }

  @Test
  void runsIntoTheCallersTensors() {
    try (OrtModel model = RealOrt.open(OnnxBytes.overridable());
        OrtTensor x = RealOrt.floats(1, 2, 3, 4);
        OrtTensor w = RealOrt.floats(5, 5, 5, 5);
        OrtTensor y = RealOrt.floats(Shape.of(1, 4));
        RunOptions options = RunOptions.create(RealOrt.ORT)) {
      assertEquals("w", model.overridableInitializers().getFirst().name());
      model.run(Map.of("x", x), Map.of("y", y), null);
      assertArrayEquals(new float[] {11, 12, 13, 14}, RealOrt.read(y));
      model.run(Map.of("x", x, "w", w), Map.of("y", y), options);
      assertArrayEquals(new float[] {6, 7, 8, 9}, RealOrt.read(y));
      assertThrows(BadInputException.class, () -> model.run(Map.of("x", x), List.of("z"), options));
      assertThrows(
          BadInputException.class, () -> model.run(Map.of("z", x), Map.of("y", y), options));
      options.terminate();
      assertThrows(
          RunAbortedException.class, () -> model.run(Map.of("x", x), Map.of("y", y), options));
    }
  }

  /** The library's CPU kernels know no type of less than 8 bits by {@code Identity}. */
  @ParameterizedTest
  @EnumSource(
      value = ElementType.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"INT2", "UINT2", "INT4", "UINT4", "FLOAT4E2M1", "FLOAT8E8M0"})
  void carriesEveryElementTypeThroughAnOperator(ElementType type) {
    carries(type, OnnxBytes.identity(OnnxTypes.code(type), 6), "y");
  }

  @ParameterizedTest
  @EnumSource(ElementType.class)
  void carriesEveryElementTypeAsItIs(ElementType type) {
    carries(type, OnnxBytes.passThrough(OnnxTypes.codeInOnnx(type), 6), "x");
  }

  /** The library's own reading of the newest types agrees with ours. */
  @ParameterizedTest
  @EnumSource(
      value = ElementType.class,
      names = {"INT2", "UINT2", "FLOAT8E8M0"})
  void theNewestTypesMeanTheSameToTheLibrary(ElementType type) {
    int width = 256;
    try (OrtModel model = RealOrt.open(OnnxBytes.toFloats(OnnxTypes.codeInOnnx(type), width));
        OrtTensor x = OrtTensor.allocate(RealOrt.ORT, type, Shape.of(1, width))) {
      for (int i = 0; i < x.data().byteSize(); i++) {
        x.data().set(ValueLayout.JAVA_BYTE, i, (byte) (7 * i));
      }
      float[] ours = new float[width];
      Convert.toFloats(x.data(), new TensorSpec("x", type, x.shape()), MemorySegment.ofArray(ours));
      try (OrtTensor y = model.run(Map.of("x", x), List.of("y"), null).get("y")) {
        assertArrayEquals(ours, RealOrt.read(y));
      }
    }
  }

  private static void carries(ElementType type, byte[] onnx, String output) {
    int width = 6;
    try (OrtModel model = RealOrt.open(onnx);
        OrtTensor x = OrtTensor.allocate(RealOrt.ORT, type, Shape.of(1, width))) {
      assertEquals(type, model.inputs().getFirst().type());
      byte[] bytes = new byte[(int) x.data().byteSize()];
      new Random(7).nextBytes(bytes);
      if (type == ElementType.BOOL) {
        bytes = new byte[] {1, 0, 1, 1, 0, 0};
      }
      MemorySegment.copy(bytes, 0, x.data(), ValueLayout.JAVA_BYTE, 0, bytes.length);
      try (OrtTensor y = model.run(Map.of("x", x), List.of(output), null).get(output)) {
        assertEquals(type, y.type());
        assertArrayEquals(bytes, y.data().toArray(ValueLayout.JAVA_BYTE));
      }
    }
  }

  @Test
  void packsFourBitIntegersTheFirstInTheLowHalf() {
    int uint4 = OnnxTypes.code(ElementType.UINT4);
    int int4 = OnnxTypes.code(ElementType.INT4);
    try (OrtModel model = RealOrt.open(OnnxBytes.dequantize(int4, 3));
        OrtTensor x = OrtTensor.allocate(RealOrt.ORT, ElementType.INT4, Shape.of(1, 3))) {
      assertEquals(2, x.data().byteSize());
      x.data().set(ValueLayout.JAVA_BYTE, 0, (byte) 0xf1);
      x.data().set(ValueLayout.JAVA_BYTE, 1, (byte) 0x07);
      try (OrtTensor y = model.run(Map.of("x", x), List.of("y"), null).get("y")) {
        assertArrayEquals(new float[] {0.5f, -0.5f, 3.5f}, RealOrt.read(y));
      }
    }
    try (OrtModel model = RealOrt.open(OnnxBytes.quantize(uint4, 3));
        OrtTensor x = RealOrt.floats(0.5f, 7.5f, 1f);
        OrtTensor y = model.run(Map.of("x", x), List.of("y"), null).get("y")) {
      assertEquals(ElementType.UINT4, y.type());
      assertEquals((byte) 0xf1, y.data().get(ValueLayout.JAVA_BYTE, 0));
      // The half behind the last element is whatever the library left there.
      assertEquals(2, y.data().get(ValueLayout.JAVA_BYTE, 1) & 0xf);
    }
  }

  @Test
  void anInputOfTextOrAnOutputOfSequencesIsRefusedInWords() {
    int strings = 8;
    String text =
        assertThrows(BadModelException.class, () -> RealOrt.open(OnnxBytes.identity(strings, 4)))
            .getMessage();
    assertTrue(text.contains("the tensor x") && text.contains("no fixed size"), text);
    String sequence =
        assertThrows(BadModelException.class, () -> RealOrt.open(OnnxBytes.sequenceOutput()))
            .getMessage();
    assertTrue(sequence.contains("parts is no tensor"), sequence);
  }

  @Test
  void anAbsentFileIsNamed() {
    try (SessionOptions options = SessionOptions.create(RealOrt.ORT)) {
      Path absent = folder.resolve("absent.onnx");
      BadModelException refused =
          assertThrows(BadModelException.class, () -> OrtModel.open(RealOrt.ORT, absent, options));
      assertTrue(refused.getMessage().contains(absent.toString()), refused.getMessage());
      assertInstanceOf(NativeCallException.class, refused.getCause());
    }
  }

  @Test
  void aModelOfANewerFormatIsIncompatible() throws IOException {
    byte[] newer =
        ModelProto.parseFrom(OnnxBytes.add(4)).toBuilder().setIrVersion(99).build().toByteArray();
    IncompatibleModelException refused =
        assertThrows(IncompatibleModelException.class, () -> RealOrt.open(newer));
    assertTrue(refused.why().contains("99"), refused.getMessage());
    assertTrue(refused.advice().contains("newer ONNX Runtime"), refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 16})
  void damagedModelsAreRefusedOrRun(int changes) {
    byte[] whole = OnnxBytes.withMetadata();
    Random random = new Random(changes);
    int refused = 0;
    for (int round = 0; round < 100; round++) {
      byte[] damaged = whole.clone();
      for (int i = 0; i < changes; i++) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      try (OrtModel model = RealOrt.open(damaged)) {
        assertTrue(model.inputs().size() + model.outputs().size() > 0);
      } catch (NpuException expected) {
        refused++;
      }
    }
    assertTrue(refused > 0);
  }

  @Test
  void cutAndEmptyModelsAreRefused() {
    byte[] whole = OnnxBytes.add(4);
    for (int length = 0; length < whole.length; length += 3) {
      byte[] cut = java.util.Arrays.copyOf(whole, length);
      assertThrows(NpuException.class, () -> RealOrt.open(cut));
    }
  }

  @Test
  void memoryThatNativeCodeCannotReadIsRefused() {
    try (SessionOptions options = SessionOptions.create(RealOrt.ORT);
        Arena arena = Arena.ofConfined()) {
      MemorySegment heap = MemorySegment.ofArray(OnnxBytes.add(4));
      assertThrows(BadInputException.class, () -> OrtModel.open(RealOrt.ORT, heap, options));
      Shape row = Shape.of(1, 4);
      assertThrows(
          BadInputException.class,
          () ->
              OrtTensor.over(
                  RealOrt.ORT, MemorySegment.ofArray(new float[4]), ElementType.FLOAT32, row));
      assertThrows(
          BadInputException.class,
          () -> OrtTensor.over(RealOrt.ORT, arena.allocate(15, 64), ElementType.FLOAT32, row));
      assertThrows(
          BadInputException.class,
          () ->
              OrtTensor.over(
                  RealOrt.ORT, arena.allocate(16, 64).asReadOnly(), ElementType.FLOAT32, row));
      assertThrows(
          IllegalStateException.class,
          () -> OrtTensor.allocate(RealOrt.ORT, ElementType.FLOAT32, Shape.of(-1, 4)));
      MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, OnnxBytes.add(4));
      options.config("session.use_ort_model_bytes_directly", "1");
      assertThrows(
          IllegalArgumentException.class, () -> OrtModel.open(RealOrt.ORT, bytes, options));
    }
  }

  @Test
  void memoryWhoseArenaIsClosedIsNotRead() {
    MemorySegment bytes;
    try (Arena arena = Arena.ofConfined()) {
      bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, OnnxBytes.add(4));
    }
    try (SessionOptions options = SessionOptions.create(RealOrt.ORT)) {
      assertThrows(IllegalStateException.class, () -> OrtModel.open(RealOrt.ORT, bytes, options));
      assertThrows(
          IllegalStateException.class,
          () -> OrtTensor.over(RealOrt.ORT, bytes, ElementType.UINT8, Shape.of(4)));
    }
  }

  @Test
  void saysWhichProviderRunsWhichNode() {
    try (SessionOptions options = SessionOptions.create(RealOrt.ORT)) {
      options.config(NodeAssignment.CONFIG, "1");
      try (OrtModel model = RealOrt.open(OnnxBytes.add(4), options)) {
        assertEquals(
            List.of(new NodeAssignment("CPUExecutionProvider", 0, "plus", "", "Add")),
            model.assignments());
      }
    }
    try (OrtModel model = RealOrt.open(OnnxBytes.add(4))) {
      assertThrows(NativeCallException.class, model::assignments);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void runsAsynchronouslyOnPoolsOfAnySize(int threads) throws Exception {
    try (SessionOptions options = SessionOptions.create(RealOrt.ORT).intraOpThreads(threads);
        OrtModel model = RealOrt.open(OnnxBytes.add(4), options)) {
      List<CompletableFuture<Void>> runs = new ArrayList<>();
      List<OrtTensor> sums = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        OrtTensor row = RealOrt.floats(i, i, i, i);
        OrtTensor sum = RealOrt.floats(Shape.of(1, 4));
        runs.add(
            model.runAsync(
                Map.of("a", row, "b", row), Map.of("sum", sum), null, ForkJoinPool.commonPool()));
        row.close();
        sums.add(sum);
      }
      for (int i = 0; i < 50; i++) {
        runs.get(i).get(30, TimeUnit.SECONDS);
        assertArrayEquals(new float[] {2 * i, 2 * i, 2 * i, 2 * i}, RealOrt.read(sums.get(i)));
        sums.get(i).close();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void anAsynchronousRunFailsThroughItsFuture(int threads) throws Exception {
    try (SessionOptions options = SessionOptions.create(RealOrt.ORT).intraOpThreads(threads);
        OrtModel model = RealOrt.open(OnnxBytes.add(4), options);
        OrtTensor row = RealOrt.floats(1, 2, 3, 4);
        OrtTensor sum = RealOrt.floats(Shape.of(1, 4));
        RunOptions terminated = RunOptions.create(RealOrt.ORT)) {
      terminated.terminate();
      Executor executor = ForkJoinPool.commonPool();
      CompletableFuture<Void> aborted =
          model.runAsync(Map.of("a", row, "b", row), Map.of("sum", sum), terminated, executor);
      ExecutionException failed =
          assertThrows(ExecutionException.class, () -> aborted.get(30, TimeUnit.SECONDS));
      assertInstanceOf(RunAbortedException.class, failed.getCause());
      CompletableFuture<Void> missing =
          model.runAsync(Map.of("a", row), Map.of("sum", sum), null, executor);
      assertThrows(ExecutionException.class, () -> missing.get(30, TimeUnit.SECONDS));
      assertThrows(
          BadInputException.class,
          () -> model.runAsync(Map.of("c", row), Map.of("sum", sum), null, executor));
      try (Arena arena = Arena.ofShared()) {
        OrtTensor borrowed =
            OrtTensor.over(
                RealOrt.ORT, arena.allocate(16, 64), ElementType.FLOAT32, Shape.of(1, 4));
        assertThrows(
            IllegalArgumentException.class,
            () ->
                model.runAsync(
                    Map.of("a", borrowed, "b", row), Map.of("sum", sum), null, executor));
        borrowed.close();
      }
    }
  }

  @Test
  void anExecutorThatWasShutDownDoesNotLoseTheRun() throws Exception {
    var executor = Executors.newSingleThreadExecutor();
    executor.shutdown();
    try (SessionOptions options = SessionOptions.create(RealOrt.ORT).intraOpThreads(2);
        OrtModel model = RealOrt.open(OnnxBytes.add(4), options);
        OrtTensor row = RealOrt.floats(1, 2, 3, 4);
        OrtTensor sum = RealOrt.floats(Shape.of(1, 4))) {
      CompletableFuture<Void> run =
          model.runAsync(Map.of("a", row, "b", row), Map.of("sum", sum), null, executor);
      assertThrows(ExecutionException.class, () -> run.get(30, TimeUnit.SECONDS));
    }
  }
}
