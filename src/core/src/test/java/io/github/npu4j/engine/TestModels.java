package io.github.npu4j.engine;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Small ONNX models, built in code, with the answers that can be worked out by hand. */
public final class TestModels {

  /** The width of the inputs. */
  public static final int WIDTH = 32;

  private static final int FLOAT = TensorProto.DataType.FLOAT.getNumber();

  private TestModels() {}

  /** {@code sum = a + b} over 1x{@link #WIDTH}. */
  public static Path add(Path folder) throws IOException {
    return save(
        folder.resolve("add.onnx"),
        GraphProto.newBuilder()
            .setName("add")
            .addInput(value("a", FLOAT, 1, WIDTH))
            .addInput(value("b", FLOAT, 1, WIDTH))
            .addOutput(value("sum", FLOAT, 1, WIDTH))
            .addNode(node("Add", List.of("a", "b"), "sum")));
  }

  /** {@code y = relu(x W1 + c1) W2}: two layers with fixed pseudo-random weights. */
  public static Path mlp(Path folder) throws IOException {
    return save(
        folder.resolve("mlp.onnx"),
        GraphProto.newBuilder()
            .setName("mlp")
            .addInput(value("x", FLOAT, 1, WIDTH))
            .addOutput(value("y", FLOAT, 1, 8))
            .addInitializer(weights("w1", 1, WIDTH, 64))
            .addInitializer(weights("c1", 2, 64))
            .addInitializer(weights("w2", 3, 64, 8))
            .addNode(node("MatMul", List.of("x", "w1"), "h"))
            .addNode(node("Add", List.of("h", "c1"), "hc"))
            .addNode(node("Relu", List.of("hc"), "r"))
            .addNode(node("MatMul", List.of("r", "w2"), "y")));
  }

  /** {@code twice = x + x} over {@code batch} x 4, where {@code batch} is left open and named. */
  public static Path dynamicBatch(Path folder) throws IOException {
    return save(
        folder.resolve("dynamic.onnx"),
        GraphProto.newBuilder()
            .setName("dynamic")
            .addInput(named("x", "batch", 4))
            .addOutput(named("twice", "batch", 4))
            .addNode(node("Add", List.of("x", "x"), "twice")));
  }

  /** {@code found = NonZero(x)}: the size of the output depends on the values. */
  public static Path nonZero(Path folder) throws IOException {
    return save(
        folder.resolve("nonzero.onnx"),
        GraphProto.newBuilder()
            .setName("nonzero")
            .addInput(value("x", FLOAT, 1, WIDTH))
            .addOutput(
                ValueInfoProto.newBuilder()
                    .setName("found")
                    .setType(
                        TypeProto.newBuilder()
                            .setTensorType(
                                TypeProto.Tensor.newBuilder()
                                    .setElemType(TensorProto.DataType.INT64.getNumber())
                                    .setShape(
                                        TensorShapeProto.newBuilder()
                                            .addDim(dimension(2))
                                            .addDim(
                                                TensorShapeProto.Dimension.newBuilder()
                                                    .setDimParam("n"))))))
            .addNode(node("NonZero", List.of("x"), "found")));
  }

  /** {@code rows = table[ids]} for 1x4 ids: row i of the table holds i, i, … */
  public static Path table(Path folder, int rows) throws IOException {
    TensorProto.Builder table =
        TensorProto.newBuilder().setName("table").setDataType(FLOAT).addDims(rows).addDims(8);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < 8; column++) {
        table.addFloatData(row);
      }
    }
    int int64 = TensorProto.DataType.INT64.getNumber();
    return save(
        folder.resolve("table.onnx"),
        GraphProto.newBuilder()
            .setName("table")
            .addInput(value("ids", int64, 1, 4))
            .addOutput(value("rows", FLOAT, 1, 4, 8))
            .addInitializer(table)
            .addNode(node("Gather", List.of("table", "ids"), "rows")));
  }

  /** A chain of products of square matrices, to be interrupted in between. */
  public static Path slow(Path folder, int size, int steps) throws IOException {
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .setName("slow")
            .addInput(value("x", FLOAT, size, size))
            .addOutput(value("y", FLOAT, size, size))
            .addInitializer(weights("w", 4, size, size));
    String last = "x";
    for (int step = 0; step < steps; step++) {
      String next = step == steps - 1 ? "y" : "t" + step;
      graph.addNode(node("MatMul", List.of(last, "w"), next));
      last = next;
    }
    return save(folder.resolve("slow-" + size + ".onnx"), graph);
  }

  static ValueInfoProto value(String name, int type, long... dimensions) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long size : dimensions) {
      shape.addDim(dimension(size));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(type).setShape(shape)))
        .build();
  }

  static NodeProto node(String op, List<String> in, String out, AttributeProto... attributes) {
    return NodeProto.newBuilder()
        .setName(out + "_node")
        .setOpType(op)
        .addAllInput(in)
        .addOutput(out)
        .addAllAttribute(List.of(attributes))
        .build();
  }

  static Path save(Path file, GraphProto.Builder graph) throws IOException {
    ModelProto model =
        ModelProto.newBuilder()
            .setIrVersion(9)
            .setProducerName("npu4j-test")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
            .setGraph(graph)
            .build();
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, model.toByteArray());
    return file;
  }

  private static ValueInfoProto named(String name, String open, long... rest) {
    ValueInfoProto fixed = value(name, FLOAT, rest);
    TensorShapeProto.Builder shape =
        TensorShapeProto.newBuilder()
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam(open))
            .addAllDim(fixed.getType().getTensorType().getShape().getDimList());
    return fixed.toBuilder()
        .setType(
            TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(FLOAT).setShape(shape)))
        .build();
  }

  private static TensorShapeProto.Dimension dimension(long size) {
    return TensorShapeProto.Dimension.newBuilder().setDimValue(size).build();
  }

  private static TensorProto weights(String name, long seed, int... dimensions) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(FLOAT);
    int elements = 1;
    for (int size : dimensions) {
      tensor.addDims(size);
      elements *= size;
    }
    Random random = new Random(seed);
    List<Float> values = new ArrayList<>(elements);
    double scale = 1 / Math.sqrt(dimensions[0]);
    for (int i = 0; i < elements; i++) {
      values.add((float) (random.nextGaussian() * scale));
    }
    return tensor.addAllFloatData(values).build();
  }
}
