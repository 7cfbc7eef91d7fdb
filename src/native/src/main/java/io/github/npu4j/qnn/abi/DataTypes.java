package io.github.npu4j.qnn.abi;

import static io.github.npu4j.internal.qnnabi.qnn_h.*;
import static java.util.Map.entry;

import io.github.npu4j.tensor.ElementType;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** QNN's element types in npu4j's. */
final class DataTypes {

  private static final Map<Integer, ElementType> TYPES =
      Map.ofEntries(
          entry(QNN_DATATYPE_FLOAT_32(), ElementType.FLOAT32),
          entry(QNN_DATATYPE_FLOAT_16(), ElementType.FLOAT16),
          entry(QNN_DATATYPE_BFLOAT_16(), ElementType.BFLOAT16),
          entry(QNN_DATATYPE_FLOAT_64(), ElementType.FLOAT64),
          entry(QNN_DATATYPE_INT_2(), ElementType.INT2),
          entry(QNN_DATATYPE_INT_4(), ElementType.INT4),
          entry(QNN_DATATYPE_INT_8(), ElementType.INT8),
          entry(QNN_DATATYPE_INT_16(), ElementType.INT16),
          entry(QNN_DATATYPE_INT_32(), ElementType.INT32),
          entry(QNN_DATATYPE_INT_64(), ElementType.INT64),
          entry(QNN_DATATYPE_UINT_2(), ElementType.UINT2),
          entry(QNN_DATATYPE_UINT_4(), ElementType.UINT4),
          entry(QNN_DATATYPE_UINT_8(), ElementType.UINT8),
          entry(QNN_DATATYPE_UINT_16(), ElementType.UINT16),
          entry(QNN_DATATYPE_UINT_32(), ElementType.UINT32),
          entry(QNN_DATATYPE_UINT_64(), ElementType.UINT64),
          entry(QNN_DATATYPE_SFIXED_POINT_2(), ElementType.INT2),
          entry(QNN_DATATYPE_SFIXED_POINT_4(), ElementType.INT4),
          entry(QNN_DATATYPE_SFIXED_POINT_8(), ElementType.INT8),
          entry(QNN_DATATYPE_SFIXED_POINT_16(), ElementType.INT16),
          entry(QNN_DATATYPE_SFIXED_POINT_32(), ElementType.INT32),
          entry(QNN_DATATYPE_UFIXED_POINT_2(), ElementType.UINT2),
          entry(QNN_DATATYPE_UFIXED_POINT_4(), ElementType.UINT4),
          entry(QNN_DATATYPE_UFIXED_POINT_8(), ElementType.UINT8),
          entry(QNN_DATATYPE_UFIXED_POINT_16(), ElementType.UINT16),
          entry(QNN_DATATYPE_UFIXED_POINT_32(), ElementType.UINT32),
          entry(QNN_DATATYPE_BOOL_8(), ElementType.BOOL));

  private DataTypes() {}

  /** Returns the type that stores a QNN type's elements, or {@code null} if npu4j has none. */
  static @Nullable ElementType elementType(int nativeType) {
    return TYPES.get(nativeType);
  }

  /** Returns whether the elements are fixed-point numbers, which is what QNN quantizes to. */
  static boolean isFixedPoint(int nativeType) {
    return family(nativeType) == family(QNN_DATATYPE_SFIXED_POINT_8())
        || family(nativeType) == family(QNN_DATATYPE_UFIXED_POINT_8());
  }

  /** The bits above the width. */
  private static int family(int nativeType) {
    return nativeType >>> 8;
  }
}
