package io.github.npu4j.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import io.github.npu4j.checkpoint.Weight;
import io.github.npu4j.onnx.GraphBuilder.Value;
import io.github.npu4j.store.Progress;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GraphBuilderTest {

  @TempDir private Path folder;

  private final GraphBuilder graph = new GraphBuilder("small", 17);
  private final Value x = graph.input("x", ElementType.FLOAT32, "batch", 2);

  @Test
  void writesWhatOnnxsOwnClassesRead() throws IOException {
    Weight weight = Weight.of(new float[] {1, 2, 3, 4, 5, 6}, Shape.of(2, 3));
    Value made = graph.op("MatMul", x, graph.weight("w", weight));
    Value same = graph.op("Add", made, graph.weight("w", weight));
    graph.output("y", same, ElementType.FLOAT32, "batch", 3);
    Path file = folder.resolve("m.onnx");
    List<Long> heard = new ArrayList<>();
    graph.write(file, (_, done, total) -> heard.add(done * 100 / total));

    ModelProto model = ModelProto.parseFrom(Files.readAllBytes(file));
    assertEquals(17, model.getOpsetImport(0).getVersion());
    GraphProto read = model.getGraph();
    assertEquals(
        "batch", read.getInput(0).getType().getTensorType().getShape().getDim(0).getDimParam());
    assertEquals(1, read.getInitializerCount());
    TensorProto w = read.getInitializer(0);
    assertEquals(List.of(2L, 3L), w.getDimsList());
    assertArrayEquals(
        new float[] {1, 2, 3, 4, 5, 6}, floats(w.getRawData().asReadOnlyByteBuffer()));
    assertEquals("y", read.getNode(1).getOutput(0));
    assertEquals(read.getNode(0).getOutput(0), read.getNode(1).getInput(0));
    assertEquals(List.of(100L), heard);
  }

  @Test
  void equalConstantsAreOne() throws IOException {
    Value one = graph.integers(1, 2);
    assertEquals(one, graph.integers(1, 2));
    assertFalse(one.equals(graph.integers(2, 1)));
    assertFalse(graph.integers(1).equals(graph.integer(1)));
  }

  @Test
  void outputsMayBeInputsAndOneAnother() throws IOException {
    Value y = graph.op("Relu", x);
    graph.output("a", y, ElementType.FLOAT32, "batch", 2);
    graph.output("b", y, ElementType.FLOAT32, "batch", 2);
    graph.output("c", x, ElementType.FLOAT32, "batch", 2);
    Value z = graph.op("Abs", y);
    graph.output("d", z, ElementType.FLOAT32, "batch", 2);
    graph.write(folder.resolve("m.onnx"), Progress.NONE);
    GraphProto read = ModelProto.parseFrom(Files.readAllBytes(folder.resolve("m.onnx"))).getGraph();
    Map<String, String> made =
        read.getNodeList().stream()
            .collect(Collectors.toMap(node -> node.getOutput(0), node -> node.getInput(0)));
    assertEquals(Map.of("a", "x", "b", "a", "c", "x", "d", "a"), made);
  }

  @Test
  void weightsMayBeInAnotherModelsFile() throws IOException {
    float[] values = new float[1 << 14];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    Weight large = Weight.of(values, Shape.of(1 << 7, 1 << 7));
    graph.weight("large", large);
    graph.weight("small", Weight.of(new float[] {7}, Shape.of(1)));
    graph.output("y", graph.op("Relu", x), ElementType.FLOAT32, "batch", 2);
    Path first = folder.resolve("first.onnx");
    graph.write(first, Progress.NONE);
    OnnxModel written = OnnxModel.read(first);
    ExternalPlace place =
        written.graph().initializer("large").orElseThrow().placeIn(folder).orElseThrow();
    byte[] bytes = Files.readAllBytes(first);
    ByteBuffer there = ByteBuffer.wrap(bytes, (int) place.offset(), values.length * Float.BYTES);
    assertArrayEquals(values, floats(there));

    Path second = folder.resolve("second.onnx");
    graph.elsewhere(written, _ -> true).write(second, Progress.NONE);
    for (TensorProto tensor :
        ModelProto.parseFrom(Files.readAllBytes(second)).getGraph().getInitializerList()) {
      Map<String, String> said = place(tensor);
      if (tensor.getName().equals("small")) {
        assertEquals(Map.of(), said);
      } else {
        assertEquals("first.onnx", said.get("location"));
        assertEquals(Long.toString(place.offset()), said.get("offset"));
        assertEquals("65536", said.get("length"));
      }
    }
  }

  @Test
  void roundedWeightsAreBytes() throws IOException {
    Weight matrix = Weight.of(new float[] {1, -2, 3, 4}, Shape.of(2, 2));
    graph.weight("q", matrix.rounded(new float[] {1, 0.5f}));
    graph.output("y", graph.op("Relu", x), ElementType.FLOAT32, "batch", 2);
    graph.write(folder.resolve("m.onnx"), Progress.NONE);
    TensorProto q =
        ModelProto.parseFrom(Files.readAllBytes(folder.resolve("m.onnx")))
            .getGraph()
            .getInitializer(0);
    assertEquals(TensorProto.DataType.INT8.getNumber(), q.getDataType());
    assertArrayEquals(new byte[] {1, -4, 3, 8}, q.getRawData().toByteArray());
  }

  private static Map<String, String> place(TensorProto tensor) {
    return tensor.getExternalDataList().stream()
        .collect(
            Collectors.toMap(StringStringEntryProto::getKey, StringStringEntryProto::getValue));
  }

  @Test
  void manyWeightsGoIntoAFileOfTheirOwn() throws IOException {
    graph.weight("large", Weight.of(new float[1 << 14], Shape.of(1 << 7, 1 << 7)));
    graph.weight("small", Weight.of(new float[] {7}, Shape.of(1)));
    graph.weight("last", Weight.of(new float[1000], Shape.of(1000)));
    graph.output("y", graph.op("Relu", x), ElementType.FLOAT32, "batch", 2);
    Path file = folder.resolve("m.onnx");
    graph.model().write(file, new WeightPlacement.Beside(69_000), Progress.NONE);

    assertTrue(Files.size(file) < 1000, "the model itself has " + Files.size(file));
    long end = Files.size(folder.resolve("m.onnx_data"));
    for (TensorProto tensor :
        ModelProto.parseFrom(Files.readAllBytes(file)).getGraph().getInitializerList()) {
      if (tensor.getName().equals("small")) {
        assertFalse(tensor.getRawData().isEmpty());
        continue;
      }
      Map<String, String> place = place(tensor);
      assertEquals("m.onnx_data", place.get("location"));
      long offset = Long.parseLong(place.get("offset"));
      assertEquals(0, offset % 65536);
      assertTrue(offset + Long.parseLong(place.get("length")) <= end);
    }
    graph
        .model()
        .write(folder.resolve("whole.onnx"), new WeightPlacement.Beside(70_000), Progress.NONE);
    assertTrue(Files.size(folder.resolve("whole.onnx")) > 69_000);
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(3, left.count());
    }
  }

  @Test
  void aWeightThatFailsLeavesNothingBehind() throws IOException {
    Path file = Files.writeString(folder.resolve("m.onnx"), "older");
    graph.weight("w", Weight.of(new float[6], Shape.of(2, 3)));
    Progress full =
        (_, _, _) -> {
          throw new IllegalStateException("no room");
        };
    assertThrows(IllegalStateException.class, () -> graph.write(file, full));
    assertEquals("older", Files.readString(file));
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(1, left.count());
    }
  }

  @Test
  void twoValuesOfOneNameAreADefectOfTheCaller() {
    assertThrows(IllegalArgumentException.class, () -> graph.input("x", ElementType.FLOAT32, 1));
    graph.weight("w", Weight.of(new float[2], Shape.of(2)));
    assertThrows(
        IllegalArgumentException.class,
        () -> graph.weight("w", Weight.of(new float[3], Shape.of(3))));
  }

  private static float[] floats(ByteBuffer bytes) {
    return MemorySegment.ofBuffer(bytes.order(ByteOrder.LITTLE_ENDIAN))
        .toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
  }
}
