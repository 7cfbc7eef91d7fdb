package io.github.npu4j.ort;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/** Small ONNX models, built in code; each answer can be worked out by hand. */
final class OnnxBytes {

  static final int FLOAT = TensorProto.DataType.FLOAT_VALUE;

  private OnnxBytes() {}

  /** {@code sum = a + b} over 1 x {@code width}. */
  static byte[] add(int width) {
    return model(
        graph("add")
            .addInput(tensor("a", FLOAT, 1, width))
            .addInput(tensor("b", FLOAT, 1, width))
            .addOutput(tensor("sum", FLOAT, 1, width))
            .addNode(node("Add", "plus", List.of("a", "b"), List.of("sum"))));
  }

  /** {@code sum = x0 + x1 + ...} over 1 x {@code width}. */
  static byte[] sum(int inputs, int width) {
    List<String> names = IntStream.range(0, inputs).mapToObj(i -> "x" + i).toList();
    GraphProto.Builder graph = graph("sum").addOutput(tensor("sum", FLOAT, 1, width));
    names.forEach(name -> graph.addInput(tensor(name, FLOAT, 1, width)));
    return model(graph.addNode(node("Sum", "plus", names, List.of("sum"))));
  }

  /** {@code y = x}, of any element type, over 1 x {@code width}. */
  static byte[] identity(int elementType, int width) {
    return model(
        graph("identity")
            .addInput(tensor("x", elementType, 1, width))
            .addOutput(tensor("y", elementType, 1, width))
            .addNode(node("Identity", "same", List.of("x"), List.of("y"))));
  }

  /** Gives the input {@code x} of 1 x {@code width} back as it is, for types no operator takes. */
  static byte[] passThrough(int elementType, int width) {
    return newest(
        graph("passThrough")
            .addInput(tensor("x", elementType, 1, width))
            .addOutput(tensor("x", elementType, 1, width)));
  }

  /** {@code y = x} as floats, from any type that {@code Cast} takes, over 1 x {@code width}. */
  static byte[] toFloats(int elementType, int width) {
    NodeProto.Builder cast = node("Cast", "", List.of("x"), List.of("y")).toBuilder();
    cast.addAttributeBuilder().setName("to").setType(AttributeProto.AttributeType.INT).setI(FLOAT);
    return newest(
        graph("toFloats")
            .addInput(tensor("x", elementType, 1, width))
            .addOutput(tensor("y", FLOAT, 1, width))
            .addNode(cast));
  }

  /** {@code y = 0.5 * x}, from any integer type to floats, over 1 x {@code width}. */
  static byte[] dequantize(int elementType, int width) {
    return model(
        graph("dequantize")
            .addInput(tensor("x", elementType, 1, width))
            .addOutput(tensor("y", FLOAT, 1, width))
            .addInitializer(half())
            .addNode(node("DequantizeLinear", "", List.of("x", "half"), List.of("y"))));
  }

  /** {@code y = 2 * x}, from floats to any integer type, over 1 x {@code width}. */
  static byte[] quantize(int elementType, int width) {
    TensorProto zero =
        TensorProto.newBuilder().setName("zero").setDataType(elementType).addInt32Data(0).build();
    return model(
        graph("quantize")
            .addInput(tensor("x", FLOAT, 1, width))
            .addOutput(tensor("y", elementType, 1, width))
            .addInitializer(half())
            .addInitializer(zero)
            .addNode(node("QuantizeLinear", "", List.of("x", "half", "zero"), List.of("y"))));
  }

  private static TensorProto half() {
    return TensorProto.newBuilder().setName("half").setDataType(FLOAT).addFloatData(0.5f).build();
  }

  /** {@code twice = x + x} over {@code batch} x 4, where {@code batch} is open and named. */
  static byte[] openBatch() {
    return model(
        graph("open")
            .addInput(open("x", "batch", 4))
            .addOutput(open("twice", "batch", 4))
            .addNode(node("Add", "", List.of("x", "x"), List.of("twice"))));
  }

  /** {@code found = NonZero(x)} over 1 x 8: the size of the output depends on the values. */
  static byte[] nonZero() {
    TensorShapeProto.Dimension open =
        TensorShapeProto.Dimension.newBuilder().setDimParam("n").build();
    return model(
        graph("nonzero")
            .addInput(tensor("x", FLOAT, 1, 8))
            .addOutput(
                value(
                    "found",
                    TensorProto.DataType.INT64_VALUE,
                    TensorShapeProto.newBuilder().addDim(size(2)).addDim(open).build()))
            .addNode(node("NonZero", "", List.of("x"), List.of("found"))));
  }

  /** {@code y = x + w} with an initializer {@code w} that is also an input, so can be replaced. */
  static byte[] overridable() {
    TensorProto.Builder weight =
        TensorProto.newBuilder().setName("w").setDataType(FLOAT).addDims(1).addDims(4);
    for (int i = 0; i < 4; i++) {
      weight.addFloatData(10);
    }
    return model(
        graph("overridable")
            .addInput(tensor("x", FLOAT, 1, 4))
            .addInput(tensor("w", FLOAT, 1, 4))
            .addOutput(tensor("y", FLOAT, 1, 4))
            .addInitializer(weight)
            .addNode(node("Add", "", List.of("x", "w"), List.of("y"))));
  }

  /** {@code y = x + w} with {@code w} in a file {@code weights.bin} of four floats. */
  static byte[] externalWeight() {
    TensorProto weight =
        TensorProto.newBuilder()
            .setName("w")
            .setDataType(FLOAT)
            .addDims(1)
            .addDims(4)
            .setDataLocation(TensorProto.DataLocation.EXTERNAL)
            .addExternalData(entry("location", "weights.bin"))
            .addExternalData(entry("length", "16"))
            .build();
    return model(
        graph("external")
            .addInput(tensor("x", FLOAT, 1, 4))
            .addOutput(tensor("y", FLOAT, 1, 4))
            .addInitializer(weight)
            .addNode(node("Add", "", List.of("x", "w"), List.of("y"))));
  }

  /** A chain of {@code nodes} products of large matrices: takes tenths of a second and longer. */
  static byte[] slow(int nodes) {
    int size = 512;
    GraphProto.Builder graph =
        graph("slow")
            .addInput(tensor("x", FLOAT, size, size))
            .addOutput(tensor("y", FLOAT, size, size));
    String last = "x";
    for (int i = 0; i < nodes; i++) {
      String next = i == nodes - 1 ? "y" : "h" + i;
      graph.addNode(node("MatMul", "", List.of(last, "x"), List.of(next)));
      last = next;
    }
    return model(graph);
  }

  /** Splits into a sequence, which is no tensor. */
  static byte[] sequenceOutput() {
    TypeProto element =
        TypeProto.newBuilder()
            .setTensorType(
                TypeProto.Tensor.newBuilder()
                    .setElemType(FLOAT)
                    .setShape(TensorShapeProto.newBuilder().addDim(size(1)).addDim(size(1))))
            .build();
    return model(
        graph("sequence")
            .addInput(tensor("x", FLOAT, 1, 4))
            .addOutput(
                ValueInfoProto.newBuilder()
                    .setName("parts")
                    .setType(
                        TypeProto.newBuilder()
                            .setSequenceType(TypeProto.Sequence.newBuilder().setElemType(element))))
            .addNode(
                node("SplitToSequence", "", List.of("x"), List.of("parts")).toBuilder()
                    .addAttribute(
                        AttributeProto.newBuilder()
                            .setName("axis")
                            .setType(AttributeProto.AttributeType.INT)
                            .setI(1))
                    .build()));
  }

  /** The model of {@link #add} with everything in it that a model can say of itself. */
  static byte[] withMetadata() {
    ModelProto.Builder model;
    try {
      model = ModelProto.parseFrom(add(4)).toBuilder();
    } catch (com.google.protobuf.InvalidProtocolBufferException impossible) {
      throw new AssertionError(impossible);
    }
    model.getGraphBuilder().setDocString("adds two rows");
    return model
        .setProducerName("npu4j's tests")
        .setDomain("io.github.npu4j")
        .setDocString("für die Prüfung")
        .setModelVersion(42)
        .addMetadataProps(entry("task", "addition"))
        .addMetadataProps(entry("größe", "4"))
        .build()
        .toByteArray();
  }

  static Path save(Path file, byte[] model) throws IOException {
    return Files.write(file, model);
  }

  private static GraphProto.Builder graph(String name) {
    return GraphProto.newBuilder().setName(name);
  }

  /** IR version 10 and opset 21: the first that know 4-bit integers. */
  private static byte[] model(GraphProto.Builder graph) {
    return model(graph, 10, 21);
  }

  /** IR version 13 and opset 25: the first that know 2-bit integers. */
  private static byte[] newest(GraphProto.Builder graph) {
    return model(graph, 13, 25);
  }

  private static byte[] model(GraphProto.Builder graph, long irVersion, long opset) {
    return ModelProto.newBuilder()
        .setIrVersion(irVersion)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(opset))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  private static NodeProto node(
      String operator, String name, List<String> inputs, List<String> outputs) {
    return NodeProto.newBuilder()
        .setOpType(operator)
        .setName(name)
        .addAllInput(inputs)
        .addAllOutput(outputs)
        .build();
  }

  private static ValueInfoProto tensor(String name, int elementType, long... dimensions) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long dimension : dimensions) {
      shape.addDim(size(dimension));
    }
    return value(name, elementType, shape.build());
  }

  private static ValueInfoProto open(String name, String dimension, long width) {
    return value(
        name,
        FLOAT,
        TensorShapeProto.newBuilder()
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam(dimension))
            .addDim(size(width))
            .build());
  }

  private static ValueInfoProto value(String name, int elementType, TensorShapeProto shape) {
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder().setElemType(elementType).setShape(shape)))
        .build();
  }

  private static TensorShapeProto.Dimension size(long size) {
    return TensorShapeProto.Dimension.newBuilder().setDimValue(size).build();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }
}
