package io.github.npu4j.ort.abi;

import static io.github.npu4j.internal.ortabi.ort_h.ONNX_TENSOR_ELEMENT_DATA_TYPE_BFLOAT16;
import static io.github.npu4j.internal.ortabi.ort_h.ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL;
import static io.github.npu4j.internal.ortabi.ort_h.ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE;
import static io.github.npu4j.internal.ortabi.ort_h.ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT;
import static io.github.npu4j.internal.ortabi.ort_h.ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16;
import static io.github.npu4j.internal.ortabi.ort_h.ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT4E2M1;
import static io.github.npu4j.internal.ortabi.ort_h.ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT8E4M3FN;
import static io.github.npu4j.internal.ortabi.ort_h.ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT8E4M3FNUZ;
import static io.github.npu4j.internal.ortabi.ort_h.ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT8E5M2;
import static io.github.npu4j.internal.ortabi.ort_h.ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT8E5M2FNUZ;
import static io.github.npu4j.internal.ortabi.ort_h.ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT8E8M0;
import static io.github.npu4j.internal.ortabi.ort_h.ONNX_TENSOR_ELEMENT_DATA_TYPE_INT16;
import static io.github.npu4j.internal.ortabi.ort_h.ONNX_TENSOR_ELEMENT_DATA_TYPE_INT2;
import static io.github.npu4j.internal.ortabi.ort_h.ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32;
import static io.github.npu4j.internal.ortabi.ort_h.ONNX_TENSOR_ELEMENT_DATA_TYPE_INT4;
import static io.github.npu4j.internal.ortabi.ort_h.ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64;
import static io.github.npu4j.internal.ortabi.ort_h.ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8;
import static io.github.npu4j.internal.ortabi.ort_h.ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16;
import static io.github.npu4j.internal.ortabi.ort_h.ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT2;
import static io.github.npu4j.internal.ortabi.ort_h.ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT32;
import static io.github.npu4j.internal.ortabi.ort_h.ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT4;
import static io.github.npu4j.internal.ortabi.ort_h.ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT64;
import static io.github.npu4j.internal.ortabi.ort_h.ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8;

import io.github.npu4j.tensor.ElementType;
import org.jspecify.annotations.Nullable;

/** Element types and their numbers in ONNX Runtime ({@code ONNXTensorElementDataType}). */
public final class OnnxTypes {

  private OnnxTypes() {}

  public static int code(ElementType type) {
    return switch (type) {
      case FLOAT32 -> ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT();
      case FLOAT16 -> ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16();
      case BFLOAT16 -> ONNX_TENSOR_ELEMENT_DATA_TYPE_BFLOAT16();
      case FLOAT64 -> ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE();
      case INT8 -> ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8();
      case INT16 -> ONNX_TENSOR_ELEMENT_DATA_TYPE_INT16();
      case INT32 -> ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32();
      case INT64 -> ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64();
      case UINT8 -> ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8();
      case UINT16 -> ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16();
      case UINT32 -> ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT32();
      case UINT64 -> ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT64();
      case BOOL -> ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL();
      case INT4 -> ONNX_TENSOR_ELEMENT_DATA_TYPE_INT4();
      case UINT4 -> ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT4();
      case INT2 -> ONNX_TENSOR_ELEMENT_DATA_TYPE_INT2();
      case UINT2 -> ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT2();
      case FLOAT4E2M1 -> ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT4E2M1();
      case FLOAT8E4M3FN -> ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT8E4M3FN();
      case FLOAT8E4M3FNUZ -> ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT8E4M3FNUZ();
      case FLOAT8E5M2 -> ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT8E5M2();
      case FLOAT8E5M2FNUZ -> ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT8E5M2FNUZ();
      case FLOAT8E8M0 -> ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT8E8M0();
    };
  }

  /**
   * Returns the type's number in the ONNX format ({@code TensorProto.DataType}), which is another
   * one for three types: ONNX put {@code FLOAT8E8M0} before the 2-bit integers, ONNX Runtime after.
   */
  public static int codeInOnnx(ElementType type) {
    return switch (type) {
      case FLOAT8E8M0 -> 24;
      case UINT2 -> 25;
      case INT2 -> 26;
      default -> code(type);
    };
  }

  /** Returns the type of a number, or {@code null} for one whose elements have no fixed size. */
  public static @Nullable ElementType of(int code) {
    for (ElementType type : ElementType.values()) {
      if (code(type) == code) {
        return type;
      }
    }
    return null;
  }
}
