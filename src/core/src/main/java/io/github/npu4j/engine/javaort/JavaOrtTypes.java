package io.github.npu4j.engine.javaort;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.TensorInfo;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.tensor.ElementType;
import java.util.EnumSet;
import java.util.Set;

/** Element types between npu4j and ONNX Runtime's Java package. */
final class JavaOrtTypes {

  private static final Set<TensorInfo.OnnxTensorType> UNSIGNED =
      EnumSet.of(
          TensorInfo.OnnxTensorType.ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16,
          TensorInfo.OnnxTensorType.ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT32,
          TensorInfo.OnnxTensorType.ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT64);

  private JavaOrtTypes() {}

  /**
   * Returns the element type of a tensor.
   *
   * @throws BadModelException if the Java package has none for it
   */
  static ElementType elementType(String name, TensorInfo tensor) {
    if (UNSIGNED.contains(tensor.onnxType)) { // the Java package calls them signed, and then fails
      throw unknown(name, tensor);
    }
    return switch (tensor.type) {
      case FLOAT -> ElementType.FLOAT32;
      case DOUBLE -> ElementType.FLOAT64;
      case FLOAT16 -> ElementType.FLOAT16;
      case BFLOAT16 -> ElementType.BFLOAT16;
      case INT8 -> ElementType.INT8;
      case INT16 -> ElementType.INT16;
      case INT32 -> ElementType.INT32;
      case INT64 -> ElementType.INT64;
      case UINT8 -> ElementType.UINT8;
      case BOOL -> ElementType.BOOL;
      case STRING, UNKNOWN -> throw unknown(name, tensor);
    };
  }

  private static BadModelException unknown(String name, TensorInfo tensor) {
    return new BadModelException(
        "the java engine can't run a model with " + name,
        "its type is " + tensor.onnxType + ", for which ONNX Runtime's Java package has none",
        "Use EngineKind.ORT.");
  }

  /** Returns the Java package's type of an element type that {@link #elementType} gave. */
  static OnnxJavaType javaType(ElementType type) {
    return switch (type) {
      case FLOAT32 -> OnnxJavaType.FLOAT;
      case FLOAT64 -> OnnxJavaType.DOUBLE;
      case FLOAT16 -> OnnxJavaType.FLOAT16;
      case BFLOAT16 -> OnnxJavaType.BFLOAT16;
      case INT8 -> OnnxJavaType.INT8;
      case INT16 -> OnnxJavaType.INT16;
      case INT32 -> OnnxJavaType.INT32;
      case INT64 -> OnnxJavaType.INT64;
      case UINT8 -> OnnxJavaType.UINT8;
      case BOOL -> OnnxJavaType.BOOL;
      default -> throw new IllegalArgumentException("the Java package has no " + type);
    };
  }
}
