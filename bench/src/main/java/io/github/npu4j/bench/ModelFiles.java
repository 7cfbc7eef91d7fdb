package io.github.npu4j.bench;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/** Writes the ONNX models that are measured, into the folder given: every one is made here. */
final class ModelFiles {
  private static final int FLOAT = TensorProto.DataType.FLOAT.getNumber();

  private ModelFiles() {}

  /** Writes them all. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    save(
        folder.resolve("add-384.onnx"),
        GraphProto.newBuilder()
            .addInput(tensor("a", 1, 384))
            .addInput(tensor("b", 1, 384))
            .addOutput(tensor("sum", 1, 384))
            .addNode(node("Add", "sum", "a", "b")));
    for (int length : new int[] {16, 256, 4096}) {
      save(
          folder.resolve("identity-" + length + ".onnx"),
          GraphProto.newBuilder()
              .addInput(tensor("x", 1, length))
              .addOutput(tensor("same", 1, length))
              .addNode(node("Identity", "same", "x")));
    }
    save(folder.resolve("mlp.onnx"), mlp(32, 64, 64, 16));
  }

  /** Layers of the given widths, ReLU between them. */
  static GraphProto.Builder mlp(int... widths) {
    int layers = widths.length - 1;
    GraphProto.Builder graph =
        GraphProto.newBuilder()
            .addInput(tensor("x", 1, widths[0]))
            .addOutput(tensor("y", 1, widths[layers]));
    String last = "x";
    for (int layer = 0; layer < layers; layer++) {
      String product = layer == layers - 1 ? "y" : "product" + layer;
      graph.addInitializer(weights("w" + layer, widths[layer], widths[layer + 1]));
      graph.addNode(node("MatMul", product, last, "w" + layer));
      last = product;
      if (layer < layers - 1) {
        last = "relu" + layer;
        graph.addNode(node("Relu", last, product));
      }
    }
    return graph;
  }

  private static TensorProto weights(String name, int rows, int columns) {
    ByteBuffer values =
        ByteBuffer.allocate(rows * columns * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    SplittableRandom random = new SplittableRandom(name.hashCode());
    double scale = Math.sqrt(2.0 / rows); // keeps the values' size from layer to layer: He, 2015
    for (int i = 0; i < rows * columns; i++) {
      values.putFloat((float) (random.nextGaussian() * scale));
    }
    return TensorProto.newBuilder()
        .setName(name)
        .setDataType(FLOAT)
        .addDims(rows)
        .addDims(columns)
        .setRawData(UnsafeByteOperations.unsafeWrap(values.flip()))
        .build();
  }

  private static NodeProto node(String op, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setName(output + "_node")
        .setOpType(op)
        .addAllInput(List.of(inputs))
        .addOutput(output)
        .build();
  }

  private static ValueInfoProto tensor(String name, long... dimensions) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (long size : dimensions) {
      shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(size));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(FLOAT).setShape(shape)))
        .build();
  }

  static void save(Path file, GraphProto.Builder graph) throws IOException {
    String name = file.getFileName().toString();
    ModelProto model =
        ModelProto.newBuilder()
            .setIrVersion(9)
            .setProducerName("npu4j-bench")
            .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
            .setGraph(graph.setName(name.substring(0, name.indexOf('.'))))
            .build();
    try (OutputStream out = Files.newOutputStream(file)) {
      model.writeTo(out);
    }
  }
}
