package io.github.npu4j.numeric;

import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Quantization;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Converts between binary32 and every other element type, quantized ones included.
 *
 * <p>Quantized: {@code real = (q - zeroPoint) * scale}, and back {@code q = round(real / scale) +
 * zeroPoint}, rounded half to even and saturated to the integer type's range, as ONNX's
 * DequantizeLinear and QuantizeLinear define them. An integer tensor without quantization is
 * converted with scale one and zero point zero. NaN becomes the zero point. Half floats follow IEEE
 * 754, to nearest even with infinities; a bfloat16 is rounded to nearest even too.
 *
 * <p>Segments may be native or on the heap and need no alignment. Source and destination must not
 * overlap, except that they may be the same memory where both types have the same width.
 */
public final class Convert {

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;

  private Convert() {}

  /**
   * Converts a tensor to binary32.
   *
   * @param source the tensor's packed elements
   * @param spec its element type, static shape and quantization
   * @param destination at least four bytes an element
   * @throws IllegalArgumentException if a segment is too small, or the quantization is one that is
   *     only described or does not fit the shape
   */
  public static void toFloats(MemorySegment source, TensorSpec spec, MemorySegment destination) {
    long elements = spec.shape().elements();
    requireSize(source, spec.byteSize(), "source");
    requireSize(destination, Math.multiplyExact(elements, Float.BYTES), "destination");
    switch (spec.quantization().orElse(null)) {
      case null -> ValueDecoder.decode(source, spec.type(), 0, destination, elements, 1, 0);
      case Quantization.PerTensor(float scale, int zeroPoint) ->
          ValueDecoder.decode(source, spec.type(), 0, destination, elements, scale, zeroPoint);
      case Quantization.PerAxis perAxis -> {
        float[] scales = perAxis.scales();
        int[] zeroPoints = perAxis.zeroPoints();
        long inner = elementsInside(spec.shape(), perAxis.axis(), scales.length);
        int channel = 0;
        for (long from = 0; from < elements; from += inner) {
          ValueDecoder.decode(
              source, spec.type(), from, destination, inner, scales[channel], zeroPoints[channel]);
          channel = channel + 1 == scales.length ? 0 : channel + 1;
        }
      }
      case Quantization.Described(String encoding) -> throw notConverted(encoding);
    }
  }

  /**
   * Converts binary32 values to a tensor's element type.
   *
   * @param source at least four bytes an element
   * @param destination where the packed elements go
   * @param spec the destination's element type, static shape and quantization
   * @throws IllegalArgumentException if a segment is too small, the quantization is one that is
   *     only described or does not fit the shape, or the type is an 8-bit float, which is only read
   */
  public static void fromFloats(MemorySegment source, MemorySegment destination, TensorSpec spec) {
    long elements = spec.shape().elements();
    requireSize(source, Math.multiplyExact(elements, Float.BYTES), "source");
    requireSize(destination, spec.byteSize(), "destination");
    switch (spec.quantization().orElse(null)) {
      case null -> ValueEncoder.encode(source, destination, spec.type(), 0, elements, 1, 0);
      case Quantization.PerTensor(float scale, int zeroPoint) ->
          ValueEncoder.encode(source, destination, spec.type(), 0, elements, scale, zeroPoint);
      case Quantization.PerAxis perAxis -> {
        float[] scales = perAxis.scales();
        int[] zeroPoints = perAxis.zeroPoints();
        long inner = elementsInside(spec.shape(), perAxis.axis(), scales.length);
        int channel = 0;
        for (long from = 0; from < elements; from += inner) {
          ValueEncoder.encode(
              source, destination, spec.type(), from, inner, scales[channel], zeroPoints[channel]);
          channel = channel + 1 == scales.length ? 0 : channel + 1;
        }
      }
      case Quantization.Described(String encoding) -> throw notConverted(encoding);
    }
  }

  /** Returns the value of a bfloat16, which is the upper half of a binary32. */
  public static float bfloat16ToFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }

  /** Returns the bits of the nearest bfloat16, ties to even; a NaN stays a NaN. */
  public static short floatToBfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >> 16) | 0x40);
    }
    return (short) ((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
  }

  /**
   * Returns one element as it is stored, before any quantization is applied.
   *
   * @param index counted in elements
   */
  public static double element(MemorySegment source, ElementType type, long index) {
    return switch (type) {
      case FLOAT32 -> source.get(FLOAT, index * 4);
      case FLOAT16 -> Float.float16ToFloat(source.get(ValueLayout.JAVA_SHORT_UNALIGNED, index * 2));
      case BFLOAT16 -> bfloat16ToFloat(source.get(ValueLayout.JAVA_SHORT_UNALIGNED, index * 2));
      case FLOAT64 -> source.get(ValueLayout.JAVA_DOUBLE_UNALIGNED, index * 8);
      case INT8 -> source.get(ValueLayout.JAVA_BYTE, index);
      case UINT8 -> source.get(ValueLayout.JAVA_BYTE, index) & 0xff;
      case INT16 -> source.get(ValueLayout.JAVA_SHORT_UNALIGNED, index * 2);
      case UINT16 -> source.get(ValueLayout.JAVA_SHORT_UNALIGNED, index * 2) & 0xffff;
      case INT32 -> source.get(ValueLayout.JAVA_INT_UNALIGNED, index * 4);
      case UINT32 -> source.get(ValueLayout.JAVA_INT_UNALIGNED, index * 4) & 0xffffffffL;
      case INT64 -> source.get(ValueLayout.JAVA_LONG_UNALIGNED, index * 8);
      case UINT64 -> unsigned(source.get(ValueLayout.JAVA_LONG_UNALIGNED, index * 8));
      case BOOL -> source.get(ValueLayout.JAVA_BYTE, index) == 0 ? 0 : 1;
      case INT4 -> packed(source, index, 4) << 28 >> 28;
      case UINT4 -> packed(source, index, 4);
      case INT2 -> packed(source, index, 2) << 30 >> 30;
      case UINT2 -> packed(source, index, 2);
      case FLOAT4E2M1 -> SmallFloat.toFloat(type, packed(source, index, 4));
      case FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2, FLOAT8E5M2FNUZ, FLOAT8E8M0 ->
          SmallFloat.toFloat(type, source.get(ValueLayout.JAVA_BYTE, index) & 0xff);
    };
  }

  /** Returns the bits of an element of which a byte holds several, the first in the lowest. */
  private static int packed(MemorySegment source, long index, int bits) {
    int inByte = Byte.SIZE / bits;
    int shift = bits * (int) (index % inByte);
    return source.get(ValueLayout.JAVA_BYTE, index / inByte) >> shift & (1 << bits) - 1;
  }

  static double unsigned(long value) {
    if (value >= 0) {
      return value;
    }
    // Halved with the lost bit kept, so that the doubled result is rounded once.
    return ((value >>> 1) | (value & 1)) * 2.0;
  }

  static void requireSize(MemorySegment segment, long bytes, String role) {
    if (segment.byteSize() < bytes) {
      throw new IllegalArgumentException(
          "the " + role + " has " + segment.byteSize() + " bytes and needs " + bytes);
    }
  }

  /** Returns how many neighbouring elements share an index of the axis. */
  static long elementsInside(Shape shape, int axis, int channels) {
    if (axis < 0 || axis >= shape.rank() || shape.dimension(axis) != channels) {
      throw new IllegalArgumentException(
          channels + " scales on axis " + axis + " do not fit shape " + shape);
    }
    long inner = 1;
    for (int i = axis + 1; i < shape.rank(); i++) {
      inner *= shape.dimension(i);
    }
    return Math.max(inner, 1);
  }

  private static IllegalArgumentException notConverted(String encoding) {
    return new IllegalArgumentException("the encoding " + encoding + " can't be converted");
  }
}
