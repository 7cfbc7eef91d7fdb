package io.github.npu4j.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto.Dimension;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Small ONNX models for tests, built and written by protobuf's own classes. */
public final class OnnxModels {

  /** ONNX's number for float32. */
  public static final int FLOAT = 1;

  /** ONNX's number for int64. */
  public static final int INT64 = 7;

  private OnnxModels() {}

  /**
   * Declares a tensor; a dimension is a {@link Number}, a symbol, or {@code null} for an open one.
   */
  public static ValueInfoProto value(String name, int type, Object... dimensions) {
    ValueInfoProto.Builder value = ValueInfoProto.newBuilder().setName(name);
    value.getTypeBuilder().getTensorTypeBuilder().setElemType(type).getShapeBuilder();
    for (Object dimension : dimensions) {
      Dimension.Builder added =
          value.getTypeBuilder().getTensorTypeBuilder().getShapeBuilder().addDimBuilder();
      switch (dimension) {
        case null -> added.clearValue();
        case Number size -> added.setDimValue(size.longValue());
        case Object symbol -> added.setDimParam(symbol.toString());
      }
    }
    return value.build();
  }

  /** Makes a node with one output. */
  public static NodeProto node(String name, String opType, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setName(name)
        .setOpType(opType)
        .addOutput(output)
        .addAllInput(java.util.List.of(inputs))
        .build();
  }

  /** Makes an EPContext node whose context is a file, or its bytes. */
  public static NodeProto epContext(String partition, long embedMode, ByteString context) {
    return NodeProto.newBuilder()
        .setName(partition)
        .setOpType("EPContext")
        .setDomain("com.microsoft")
        .addInput("x")
        .addOutput("y")
        .addAttribute(integer("main_context", 1))
        .addAttribute(integer("embed_mode", embedMode))
        .addAttribute(text("ep_cache_context", context))
        .addAttribute(text("partition_name", ByteString.copyFromUtf8(partition)))
        .addAttribute(text("source", ByteString.copyFromUtf8("QNN")))
        .build();
  }

  private static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setI(value)
        .setType(AttributeProto.AttributeType.INT)
        .build();
  }

  private static AttributeProto text(String name, ByteString value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setS(value)
        .setType(AttributeProto.AttributeType.STRING)
        .build();
  }

  /** Starts a model with IR version 8 and opset 17. */
  public static ModelProto.Builder model(GraphProto.Builder graph) {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .setProducerName("test")
        .setGraph(graph)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(17));
  }

  /** A model of one Relu over two open dimensions. */
  public static ModelProto.Builder relu(Object... dimensions) {
    return model(
        GraphProto.newBuilder()
            .setName("small")
            .addInput(value("x", FLOAT, dimensions))
            .addOutput(value("y", FLOAT, dimensions))
            .addNode(node("relu", "Relu", "y", "x")));
  }

  /** Writes a model. */
  public static Path write(Path file, ModelProto.Builder model) {
    try {
      return Files.write(file, model.build().toByteArray());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
