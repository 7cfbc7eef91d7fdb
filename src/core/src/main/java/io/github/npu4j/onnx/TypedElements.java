package io.github.npu4j.onnx;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.onnx.OnnxProto.TensorProto;
import io.github.npu4j.tensor.ElementType;
import java.util.List;
import java.util.function.Function;

/**
 * The elements of a TensorProto that are not in {@code raw_data}, but in the list for their type.
 * In {@code int32_data} stand all narrow types, floats of 16 and 8 bits as the integers of their
 * bits, and those of less than 8 bits packed as bytes.
 */
final class TypedElements {

  /** The fields that hold elements. */
  static final List<Integer> FIELDS =
      List.of(
          TensorProto.FLOAT_DATA,
          TensorProto.INT32_DATA,
          TensorProto.STRING_DATA,
          TensorProto.INT64_DATA,
          TensorProto.DOUBLE_DATA,
          TensorProto.UINT64_DATA);

  private TypedElements() {}

  /**
   * Returns the elements as packed bytes.
   *
   * @param size how many bytes there should be
   * @param bad makes an error
   */
  static ByteSource bytes(
      RawFields fields, ElementType type, long size, Function<String, BadModelException> bad) {
    int field =
        switch (type) {
          case FLOAT32 -> TensorProto.FLOAT_DATA;
          case FLOAT64 -> TensorProto.DOUBLE_DATA;
          case INT64 -> TensorProto.INT64_DATA;
          case UINT32, UINT64 -> TensorProto.UINT64_DATA;
          default -> TensorProto.INT32_DATA;
        };
    if (type == ElementType.FLOAT32 || type == ElementType.FLOAT64) {
      List<ByteSource> packed = fields.all(field);
      if (packed.size() == 1 && packed.getFirst().byteSize() == size) {
        return packed.getFirst(); // a packed list of floats is what raw_data would be
      }
    }
    int width = Math.max(type.bits(), Byte.SIZE) / Byte.SIZE;
    if (size > Integer.MAX_VALUE - Long.BYTES) {
      throw bad.apply("a list of " + size / width + " elements is too long");
    }
    if (size == 0) {
      return ByteSource.of(new byte[0]);
    }
    long[] values = type.isFloating() ? bits(fields, type, field) : fields.integers(field);
    if ((long) values.length * width != size) {
      throw bad.apply("it has " + values.length + " elements in a list for " + size / width);
    }
    byte[] bytes = new byte[(int) size];
    for (int i = 0; i < values.length; i++) {
      LittleEndian.put(bytes, i * width, values[i], width);
    }
    return ByteSource.of(bytes);
  }

  private static long[] bits(RawFields fields, ElementType type, int field) {
    return switch (type) {
      case FLOAT32 -> fields.fixed(field, Float.BYTES);
      case FLOAT64 -> fields.fixed(field, Double.BYTES);
      default -> fields.integers(field);
    };
  }
}
