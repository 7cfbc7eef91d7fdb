package io.github.npu4j.hostile;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import io.github.npu4j.onnx.OnnxModels;
import java.util.List;
import java.util.Random;

/** The good models that are broken here. */
public final class HostileModels {
  private static final int FLOAT = TensorProto.DataType.FLOAT.getNumber();

  private HostileModels() {}

  /** Returns {@code y = relu(x A) B} with x of 1x32, y of 1x16 and 64 in between. */
  public static byte[] mlp() {
    return mlp(32, 64, 16);
  }

  /** Returns the same with other widths. */
  public static byte[] mlp(int in, int between, int out) {
    return ModelProto.newBuilder()
        .setIrVersion(9)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
        .setGraph(
            GraphProto.newBuilder()
                .setName("mlp")
                .addInput(tensor("x", in))
                .addOutput(tensor("y", out))
                .addInitializer(weights("a", in, between))
                .addInitializer(weights("b", between, out))
                .addNode(node("MatMul", "h", "x", "a"))
                .addNode(node("Relu", "r", "h"))
                .addNode(node("MatMul", "y", "r", "b")))
        .build()
        .toByteArray();
  }

  /**
   * Returns the same over an open number of tokens: x of 1 x sequence x 64, y of 1 x sequence x 16.
   */
  public static byte[] perToken() {
    return ModelProto.newBuilder()
        .setIrVersion(9)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
        .setGraph(
            GraphProto.newBuilder()
                .setName("perToken")
                .addInput(OnnxModels.value("x", FLOAT, 1, "sequence", 64))
                .addOutput(OnnxModels.value("y", FLOAT, 1, "sequence", 16))
                .addInitializer(weights("a", 64, 256))
                .addInitializer(weights("b", 256, 16))
                .addNode(node("MatMul", "h", "x", "a"))
                .addNode(node("Relu", "r", "h"))
                .addNode(node("MatMul", "y", "r", "b")))
        .build()
        .toByteArray();
  }

  private static TensorProto weights(String name, int rows, int columns) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(FLOAT).addDims(rows).addDims(columns);
    Random random = new Random(rows);
    for (int i = 0; i < rows * columns; i++) {
      tensor.addFloatData((float) (random.nextGaussian() / Math.sqrt(rows)));
    }
    return tensor.build();
  }

  private static NodeProto node(String op, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setName(output + "_node")
        .setOpType(op)
        .addAllInput(List.of(inputs))
        .addOutput(output)
        .build();
  }

  private static ValueInfoProto tensor(String name, int length) {
    TensorShapeProto shape =
        TensorShapeProto.newBuilder()
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(1))
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(length))
            .build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(FLOAT).setShape(shape)))
        .build();
  }
}
