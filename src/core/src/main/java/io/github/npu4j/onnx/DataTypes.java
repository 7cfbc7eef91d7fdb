package io.github.npu4j.onnx;

import io.github.npu4j.tensor.ElementType;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** ONNX's numbers of the element types: {@code TensorProto.DataType} of onnx.proto. */
final class DataTypes {

  private static final Map<ElementType, Integer> CODES = new EnumMap<>(ElementType.class);
  private static final Map<Integer, ElementType> TYPES = new HashMap<>();

  static {
    put(1, ElementType.FLOAT32);
    put(2, ElementType.UINT8);
    put(3, ElementType.INT8);
    put(4, ElementType.UINT16);
    put(5, ElementType.INT16);
    put(6, ElementType.INT32);
    put(7, ElementType.INT64);
    put(9, ElementType.BOOL);
    put(10, ElementType.FLOAT16);
    put(11, ElementType.FLOAT64);
    put(12, ElementType.UINT32);
    put(13, ElementType.UINT64);
    put(16, ElementType.BFLOAT16);
    put(17, ElementType.FLOAT8E4M3FN);
    put(18, ElementType.FLOAT8E4M3FNUZ);
    put(19, ElementType.FLOAT8E5M2);
    put(20, ElementType.FLOAT8E5M2FNUZ);
    put(21, ElementType.UINT4);
    put(22, ElementType.INT4);
    put(23, ElementType.FLOAT4E2M1);
    put(24, ElementType.FLOAT8E8M0);
    put(25, ElementType.UINT2);
    put(26, ElementType.INT2);
  }

  private DataTypes() {}

  private static void put(int code, ElementType type) {
    CODES.put(type, code);
    TYPES.put(code, type);
  }

  /** Returns ONNX's number of a type; every type has one. */
  static int code(ElementType type) {
    return CODES.getOrDefault(type, 0);
  }

  /** Returns the type of a number; empty for texts, complex numbers and numbers not known here. */
  static Optional<ElementType> type(int code) {
    return Optional.ofNullable(TYPES.get(code));
  }
}
