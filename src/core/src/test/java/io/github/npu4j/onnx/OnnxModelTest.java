package io.github.npu4j.onnx;

import static io.github.npu4j.onnx.OnnxModels.FLOAT;
import static io.github.npu4j.onnx.OnnxModels.value;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorAnnotation;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TrainingInfoProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import com.sun.management.ThreadMXBean;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.store.Progress;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxModelTest {

  private static final UnknownFieldSet UNKNOWN =
      UnknownFieldSet.newBuilder()
          .addField(
              900,
              UnknownFieldSet.Field.newBuilder()
                  .addVarint(5)
                  .addVarint(-1)
                  .addFixed32(7)
                  .addFixed64(8)
                  .addLengthDelimited(ByteString.copyFromUtf8("later"))
                  .build())
          .build();

  @TempDir private Path folder;

  private Path write(ModelProto model) throws IOException {
    return Files.write(folder.resolve("model.onnx"), model.toByteArray());
  }

  private OnnxModel read(ModelProto.Builder model) throws IOException {
    return OnnxModel.read(write(model.build()));
  }

  private ModelProto written(OnnxModel model) throws IOException {
    Path copy = folder.resolve("copy.onnx");
    model.write(copy);
    return ModelProto.parseFrom(Files.readAllBytes(copy));
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  private static TensorProto.Builder tensor(String name, int type, long... dimensions) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(type);
    for (long dimension : dimensions) {
      tensor.addDims(dimension);
    }
    return tensor;
  }

  /** Every message with fields that are of no use here, and some that nobody knows. */
  private static ModelProto everything() {
    TensorProto weights =
        tensor("w", FLOAT, 2, 2)
            .addFloatData(1)
            .addFloatData(2)
            .addFloatData(3)
            .addFloatData(4)
            .setDocString("weights")
            .setUnknownFields(UNKNOWN)
            .build();
    SparseTensorProto sparse =
        SparseTensorProto.newBuilder()
            .setValues(tensor("s", FLOAT, 1).addFloatData(1))
            .setIndices(tensor("", 7, 1).addInt64Data(3))
            .addDims(9)
            .setUnknownFields(UNKNOWN)
            .build();
    GraphProto.Builder body =
        GraphProto.newBuilder()
            .setName("")
            .addNode(OnnxModels.node("", "Identity", "b", "x"))
            .addOutput(value("b", FLOAT));
    NodeProto.Builder node = OnnxModels.node("n", "If", "y", "c").toBuilder();
    node.setDomain("").setDocString("chooses").setUnknownFields(UNKNOWN);
    node.addAttributeBuilder().setName("then_branch").setG(body).setDocString("then");
    node.addAttributeBuilder().setName("graphs").addGraphs(body).addGraphs(body);
    node.addAttributeBuilder().setName("t").setT(weights).setUnknownFields(UNKNOWN);
    node.addAttributeBuilder().setName("ts").addTensors(weights).addTensors(weights);
    node.addAttributeBuilder().setName("s").setSparseTensor(sparse).setRefAttrName("r");
    node.addAttributeBuilder().setName("i").addAllInts(List.of(1L, -1L, 1L << 40)).addFloats(1);
    node.addAttributeBuilder()
        .setName("tp")
        .setTp(TypeProto.newBuilder().setDenotation("IMAGE"))
        .setType(AttributeType.TYPE_PROTO);
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .setName("all")
            .setDocString("graph")
            .addNode(node)
            .addInitializer(weights)
            .addSparseInitializer(sparse)
            .addInput(value("x", FLOAT, "batch", 2, null).toBuilder().setDocString("in"))
            .addOutput(value("y", FLOAT, -1))
            .addValueInfo(value("z", 8, 3).toBuilder().setUnknownFields(UNKNOWN))
            .addQuantizationAnnotation(
                TensorAnnotation.newBuilder()
                    .setTensorName("x")
                    .addQuantParameterTensorNames(entry("SCALE_TENSOR", "scale")))
            .setUnknownFields(UNKNOWN);
    return OnnxModels.model(graph)
        .setProducerVersion("")
        .setModelVersion(3)
        .setDomain("org.example")
        .setDocString("x".repeat(5000))
        .addMetadataProps(entry("k", "v"))
        .addMetadataProps(entry("größe", "4"))
        .addTrainingInfo(TrainingInfoProto.newBuilder().addInitializationBinding(entry("a", "b")))
        .addFunctions(FunctionProto.newBuilder().setName("f").addInput("x"))
        .setUnknownFields(UNKNOWN)
        .build();
  }

  @Test
  void whatIsNotKnownHereIsKept() throws IOException {
    ModelProto model = everything();
    assertEquals(model, written(OnnxModel.read(write(model))));
    MemorySegment inMemory = MemorySegment.ofArray(model.toByteArray());
    assertEquals(model, written(OnnxModel.read(inMemory)));
  }

  @Test
  void fieldsMayStandInAnyOrder() throws IOException {
    ModelProto model = everything();
    ByteArrayOutputStream turned = new ByteArrayOutputStream();
    ModelProto.newBuilder().setUnknownFields(UNKNOWN).build().writeTo(turned);
    ModelProto.newBuilder()
        .addAllMetadataProps(model.getMetadataPropsList())
        .build()
        .writeTo(turned);
    model.toBuilder()
        .setUnknownFields(UnknownFieldSet.getDefaultInstance())
        .clearMetadataProps()
        .build()
        .writeTo(turned);
    Path file = Files.write(folder.resolve("turned.onnx"), turned.toByteArray());
    assertEquals(model, written(OnnxModel.read(file)));
  }

  @Test
  void tellsWhatAModelSaysOfItself() throws IOException {
    OnnxModel model = OnnxModel.read(write(everything()));
    assertEquals(8, model.irVersion());
    assertEquals("test", model.producer());
    assertEquals(Map.of("", 17L), model.opsets());
    assertEquals(Map.of("k", "v", "größe", "4"), model.metadata());
    assertEquals("all", model.graph().name());
    assertEquals("x: FLOAT32 [batch, 2, ?]", model.graph().inputs().getFirst().toString());
    assertEquals("y: FLOAT32 [?]", model.graph().outputs().getFirst().toString());
    OnnxNode node = model.graph().nodes().getFirst();
    assertEquals("n (If)", node.toString());
    assertArrayEquals(new long[] {1, -1, 1L << 40}, node.integers("i"));
    assertEquals(3, node.graphs().size());
    assertArrayEquals(
        new float[] {1, 2, 3, 4}, node.attribute("ts").orElseThrow().tensors().get(1).floats());
  }

  @Test
  void whatIsChangedIsWrittenAndNothingElseIs() throws IOException {
    OnnxModel model = OnnxModel.read(write(everything()));
    model.irVersion(10).producer("npu4j").opset("com.microsoft", 1).metadata("k", "w");
    OnnxGraph graph = model.graph();
    graph.inputs().set(0, graph.inputs().getFirst().resized(0, 4).named("in"));
    graph.put(OnnxConstant.of("w", Shape.of(2), 5f, 6f));
    graph.put(OnnxConstant.of("new", Shape.of(), 7L));
    OnnxNode node = graph.nodes().getFirst();
    node.without("tp").with(OnnxAttribute.of("i", 2L)).opType("Or");
    node.graphs().getFirst().nodes().getFirst().inputs().set(0, "z");
    node.outputs().add("second");

    ModelProto.Builder expected =
        everything().toBuilder().setIrVersion(10).setProducerName("npu4j").clearProducerVersion();
    expected.addOpsetImportBuilder().setDomain("com.microsoft").setVersion(1);
    expected.setMetadataProps(0, entry("k", "w"));
    GraphProto.Builder proto = expected.getGraphBuilder();
    proto.getInputBuilder(0).setName("in");
    proto
        .getInputBuilder(0)
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .getShapeBuilder()
        .getDimBuilder(0)
        .setDimValue(4);
    proto.setInitializer(0, tensor("w", FLOAT, 2).setRawData(bytes(0, 0, -96, 64, 0, 0, -64, 64)));
    proto.addInitializer(tensor("new", 7).setRawData(bytes(7, 0, 0, 0, 0, 0, 0, 0)));
    NodeProto.Builder nodeProto = proto.getNodeBuilder(0).setOpType("Or").addOutput("second");
    nodeProto.removeAttribute(6);
    nodeProto.getAttributeBuilder(5).clear().setName("i").setI(2);
    nodeProto.getAttributeBuilder(5).setType(AttributeType.INT);
    nodeProto.getAttributeBuilder(0).getGBuilder().getNodeBuilder(0).setInput(0, "z");
    assertEquals(expected.build(), written(model));
  }

  private static ByteString bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return ByteString.copyFrom(bytes);
  }

  @Test
  void attributesOfEachKindAreReadByOnnxsOwnClasses() throws IOException {
    OnnxNode node = new OnnxNode("n", "Op", List.of("x", ""), List.of("y")).domain("d");
    node.with(OnnxAttribute.of("i", -3L))
        .with(OnnxAttribute.of("f", 0.5f))
        .with(OnnxAttribute.of("s", "größe"))
        .with(OnnxAttribute.of("t", OnnxConstant.of("", Shape.of(1), 1f)))
        .with(OnnxAttribute.of("g", new OnnxGraph("body")))
        .with(OnnxAttribute.ofAll("is", 1, 2))
        .with(OnnxAttribute.ofAll("fs", 1f, 2f))
        .with(OnnxAttribute.ofAll("ss", List.of("a", "b")))
        .with(OnnxAttribute.ofAll("none", new long[0]));
    OnnxGraph graph = new OnnxGraph("made");
    graph.nodes().add(node);
    OnnxModel model = new OnnxModel(graph, 8).opset("", 17);

    NodeProto.Builder expected = NodeProto.newBuilder().setName("n").setOpType("Op").setDomain("d");
    expected.addInput("x").addInput("").addOutput("y");
    expected.addAttributeBuilder().setName("i").setI(-3).setType(AttributeType.INT);
    expected.addAttributeBuilder().setName("f").setF(0.5f).setType(AttributeType.FLOAT);
    expected
        .addAttributeBuilder()
        .setName("s")
        .setS(ByteString.copyFromUtf8("größe"))
        .setType(AttributeType.STRING);
    expected
        .addAttributeBuilder()
        .setName("t")
        .setType(AttributeType.TENSOR)
        .setT(tensor("", FLOAT, 1).setRawData(bytes(0, 0, -128, 63)));
    expected
        .addAttributeBuilder()
        .setName("g")
        .setType(AttributeType.GRAPH)
        .setG(GraphProto.newBuilder().setName("body"));
    expected.addAttributeBuilder().setName("is").addInts(1).addInts(2).setType(AttributeType.INTS);
    expected
        .addAttributeBuilder()
        .setName("fs")
        .addFloats(1)
        .addFloats(2)
        .setType(AttributeType.FLOATS);
    expected
        .addAttributeBuilder()
        .setName("ss")
        .addStrings(ByteString.copyFromUtf8("a"))
        .addStrings(ByteString.copyFromUtf8("b"))
        .setType(AttributeType.STRINGS);
    expected.addAttributeBuilder().setName("none").setType(AttributeType.INTS);
    assertEquals(expected.build(), written(model).getGraph().getNode(0));
    assertEquals(-3, node.integer("i", 0));
    assertEquals(0.5f, node.number("f", 0));
    assertEquals("größe", node.text("s"));
    assertEquals(List.of("a", "b"), node.attribute("ss").orElseThrow().texts());
    assertEquals(9, node.integer("absent", 9));
    assertEquals(0, node.integer("none", 0));
  }

  @Test
  void longBytesStayInTheFile() throws IOException {
    byte[] weights = new byte[4096];
    weights[4095] = 9;
    ModelProto.Builder proto = OnnxModels.relu(1, 4);
    proto
        .getGraphBuilder()
        .addInitializer(tensor("w", 2, 4096).setRawData(ByteString.copyFrom(weights)))
        .addInitializer(tensor("f", FLOAT, 1000).addAllFloatData(Collections.nCopies(1000, 2f)));
    OnnxModel model = read(proto);
    ByteSource raw = model.graph().initializer("w").orElseThrow().bytes();
    assertInstanceOf(FileBytes.class, raw);
    assertInstanceOf(FileBytes.class, model.graph().initializer("f").orElseThrow().bytes());
    try (Arena arena = Arena.ofConfined()) {
      assertArrayEquals(weights, raw.map(arena).toArray(ValueLayout.JAVA_BYTE));
    }
    assertEquals(proto.build(), written(model));

    Files.write(folder.resolve("model.onnx"), new byte[] {1}, StandardOpenOption.APPEND);
    assertThrows(BadModelException.class, () -> written(model));
    assertThrows(BadModelException.class, () -> raw.copyInto(MemorySegment.ofArray(weights)));
  }

  /** Bytes that are nowhere. */
  private record Zeros(long byteSize) implements ByteSource {
    @Override
    public void writeTo(WritableByteChannel target) throws IOException {
      ByteBuffer block = ByteBuffer.allocate(1 << 16);
      for (long left = byteSize; left > 0; left -= block.limit()) {
        block.clear().limit((int) Math.min(left, block.capacity()));
        target.write(block);
      }
    }
  }

  @Test
  void memoryIsASmallPartOfALargeFile() throws IOException {
    OnnxGraph graph = new OnnxGraph("large");
    for (int i = 0; i < 4; i++) {
      graph.put(
          OnnxConstant.of("w" + i, ElementType.FLOAT32, Shape.of(1 << 23), new Zeros(1L << 25)));
    }
    Path large = folder.resolve("large.onnx");
    Path copy = folder.resolve("copy.onnx");
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    new OnnxModel(graph, 8).write(large);
    OnnxModel.read(large).write(copy, new WeightPlacement.Beside(0), Progress.NONE);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(Files.size(large) > 1L << 27);
    assertEquals(1L << 27, Files.size(folder.resolve("copy.onnx_data")));
    assertTrue(allocated < 4 << 20, () -> allocated + " bytes on the heap");
  }

  @Test
  void elementsAreTheSameHoweverTheyAreStored() throws IOException {
    ModelProto.Builder proto = OnnxModels.relu(1, 4);
    proto
        .getGraphBuilder()
        .addInitializer(tensor("f", FLOAT, 2).addFloatData(1).addFloatData(-2))
        .addInitializer(tensor("d", 11, 1).addDoubleData(0.5))
        .addInitializer(tensor("h", 10, 2).addInt32Data(0x3c00).addInt32Data(0xbc00))
        .addInitializer(tensor("b", 3, 3).addInt32Data(-1).addInt32Data(127).addInt32Data(-128))
        .addInitializer(tensor("l", 7, 2).addInt64Data(-5).addInt64Data(1L << 50))
        .addInitializer(tensor("u", 12, 1).addUint64Data(0xffffffffL))
        .addInitializer(tensor("o", 9, 2).addInt32Data(1).addInt32Data(0))
        .addInitializer(tensor("none", FLOAT, 0))
        .addInitializer(tensor("few", 7, 3).addInt64Data(1))
        .addInitializer(tensor("text", 8, 1).addStringData(ByteString.copyFromUtf8("a")))
        .addInitializer(tensor("negative", FLOAT, -1))
        .addInitializer(tensor("huge", FLOAT, 1L << 40, 1L << 40));
    OnnxGraph graph = read(proto).graph();
    assertArrayEquals(new float[] {1, -2}, constant(graph, "f").floats());
    assertArrayEquals(new float[0], constant(graph, "none").floats());
    assertArrayEquals(new byte[] {0, 0, 0, 0, 0, 0, -32, 63}, held(constant(graph, "d")));
    assertArrayEquals(new byte[] {0, 0x3c, 0, (byte) 0xbc}, held(constant(graph, "h")));
    assertArrayEquals(new long[] {-1, 127, -128}, constant(graph, "b").integers());
    assertArrayEquals(new long[] {-5, 1L << 50}, constant(graph, "l").integers());
    assertArrayEquals(new long[] {0xffffffffL}, constant(graph, "u").integers());
    assertArrayEquals(new long[] {1, 0}, constant(graph, "o").integers());
    for (String bad : List.of("few", "text", "negative", "huge")) {
      assertThrows(BadModelException.class, () -> constant(graph, bad).bytes(), bad);
    }
    assertThrows(BadModelException.class, () -> constant(graph, "l").floats());
    assertThrows(BadModelException.class, () -> constant(graph, "f").integers());
  }

  private static OnnxConstant constant(OnnxGraph graph, String name) {
    return graph.initializer(name).orElseThrow();
  }

  private static byte[] held(OnnxConstant constant) {
    byte[] bytes = new byte[(int) constant.bytes().byteSize()];
    constant.bytes().copyInto(MemorySegment.ofArray(bytes));
    return bytes;
  }

  private ModelProto.Builder withExternal(String location) {
    ModelProto.Builder model = OnnxModels.relu(1, 4);
    model
        .getGraphBuilder()
        .addInitializer(
            tensor("w", FLOAT, 512)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(entry("location", location))
                .addExternalData(entry("offset", "64"))
                .addExternalData(entry("length", "2048")));
    return model;
  }

  @Test
  void weightsGoWhereTheyShould() throws IOException {
    byte[] content = new byte[64 + 2048];
    content[64] = 7;
    Files.write(folder.resolve("w.data"), content);
    OnnxModel model = read(withExternal("w.data"));
    assertEquals(List.of(folder.resolve("w.data")), model.externalFiles());
    assertEquals(withExternal("w.data").build(), written(model));

    Path inside = folder.resolve("inside.onnx");
    model.write(inside, WeightPlacement.INSIDE, Progress.NONE);
    TensorProto w = ModelProto.parseFrom(Files.readAllBytes(inside)).getGraph().getInitializer(0);
    assertEquals(ByteString.copyFrom(content, 64, 2048), w.getRawData());
    assertEquals(0, w.getExternalDataCount());
    try (Arena arena = Arena.ofConfined()) {
      assertArrayEquals(
          Files.readAllBytes(inside), model.toMemory(arena).toArray(ValueLayout.JAVA_BYTE));
    }

    Path elsewhere = Files.createDirectory(folder.resolve("other")).resolve("m.onnx");
    model.write(elsewhere, new WeightPlacement.Beside(100), Progress.NONE);
    OnnxModel moved = OnnxModel.read(elsewhere);
    ExternalPlace place = constant(moved.graph(), "w").external().orElseThrow();
    assertEquals(new ExternalPlace("m.onnx_data", 0, 2048), place);
    assertArrayEquals(held(constant(model.graph(), "w")), held(constant(moved.graph(), "w")));
    moved.write(elsewhere, new WeightPlacement.Beside(100), Progress.NONE);
    assertArrayEquals(
        held(constant(model.graph(), "w")), held(constant(OnnxModel.read(elsewhere).graph(), "w")));

    model.write(folder.resolve("near.onnx"), new WeightPlacement.Beside(0), Progress.NONE);
    assertEquals(
        "w.data",
        constant(OnnxModel.read(folder.resolve("near.onnx")).graph(), "w")
            .external()
            .orElseThrow()
            .location());
  }

  @Test
  void aGraphKnowsWhoMakesAndWhoReadsAValue() throws IOException {
    GraphProto.Builder body =
        GraphProto.newBuilder()
            .addNode(OnnxModels.node("", "Neg", "inner", "relu_out"))
            .addNode(OnnxModels.node("", "Add", "sum", "inner", "own"))
            .addInitializer(tensor("own", FLOAT, 1).addFloatData(1))
            .addOutput(value("sum", FLOAT));
    NodeProto.Builder branch = OnnxModels.node("if", "If", "y", "c").toBuilder();
    branch.addAttributeBuilder().setName("then_branch").setG(body);
    NodeProto.Builder one = OnnxModels.node("one", "Constant", "c").toBuilder();
    one.addAttributeBuilder().setName("value").setT(tensor("", 9).addInt32Data(1));
    OnnxGraph graph =
        read(OnnxModels.model(
                GraphProto.newBuilder()
                    .addInput(value("x", FLOAT))
                    .addNode(one)
                    .addNode(OnnxModels.node("relu", "Relu", "relu_out", "x"))
                    .addNode(branch)
                    .addOutput(value("y", FLOAT))))
            .graph();
    GraphLinks links = graph.links();
    OnnxNode relu = graph.nodes().get(1);
    OnnxNode iff = graph.nodes().get(2);
    assertEquals(relu, links.producer("relu_out"));
    assertEquals(List.of(iff), links.consumers("relu_out"));
    assertEquals(List.of(), links.consumers("inner"));
    assertEquals(List.of(), links.consumers("own"));
    assertTrue(links.isOutput("y"));
    assertArrayEquals(new long[] {1}, links.constant("c").orElseThrow().integers());
    assertEquals("sum_2", links.freshName("sum"));
    assertEquals("sum_3", links.freshName("sum"));

    graph.replaceUses("relu_out", "x");
    assertEquals(List.of(iff, relu), List.copyOf(graph.links().consumers("x")).reversed());
    assertEquals("x", iff.graphs().getFirst().nodes().getFirst().input(0));
    assertEquals(
        Set.of("own"),
        Set.copyOf(
            iff.graphs().getFirst().initializers().stream().map(OnnxConstant::name).toList()));
  }
}
