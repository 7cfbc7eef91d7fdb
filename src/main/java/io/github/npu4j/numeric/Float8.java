package io.github.npu4j.numeric;

import io.github.npu4j.tensor.ElementType;

/** The four 8-bit floats of ONNX, read by the definitions in its operator documentation. */
final class Float8 {

  private Float8() {}

  static float toFloat(ElementType type, byte bits) {
    int magnitude = bits & 0x7f;
    boolean negative = bits < 0;
    return switch (type) {
      case FLOAT8E4M3FN -> magnitude == 0x7f ? Float.NaN : value(negative, magnitude, 3, 7);
      case FLOAT8E4M3FNUZ -> bits == (byte) 0x80 ? Float.NaN : value(negative, magnitude, 3, 8);
      case FLOAT8E5M2 -> {
        float infinity = negative ? Float.NEGATIVE_INFINITY : Float.POSITIVE_INFINITY;
        yield magnitude > 0x7c
            ? Float.NaN
            : magnitude == 0x7c ? infinity : value(negative, magnitude, 2, 15);
      }
      case FLOAT8E5M2FNUZ -> bits == (byte) 0x80 ? Float.NaN : value(negative, magnitude, 2, 16);
      default -> throw new IllegalArgumentException(type + " is no 8-bit float");
    };
  }

  private static float value(boolean negative, int magnitude, int mantissaBits, int bias) {
    int mantissa = magnitude & ((1 << mantissaBits) - 1);
    int exponent = magnitude >> mantissaBits;
    float value =
        exponent == 0
            ? Math.scalb((float) mantissa, 1 - bias - mantissaBits)
            : Math.scalb((float) (mantissa | 1 << mantissaBits), exponent - bias - mantissaBits);
    return negative ? -value : value;
  }
}
