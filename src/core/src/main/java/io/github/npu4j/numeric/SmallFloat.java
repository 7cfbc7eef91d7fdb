package io.github.npu4j.numeric;

import io.github.npu4j.tensor.ElementType;

/**
 * The floats of 4 and 8 bits that ONNX has, read by the definitions in its operator documentation.
 */
final class SmallFloat {

  /** A negative zero, which stands for NaN where there is none. */
  private static final int NEGATIVE_ZERO = 0x80;

  private SmallFloat() {}

  /** Returns the value of an element's bits, which are the lowest of {@code bits}. */
  static float toFloat(ElementType type, int bits) {
    int magnitude = bits & 0x7f;
    boolean negative = (bits & NEGATIVE_ZERO) != 0;
    return switch (type) {
      case FLOAT4E2M1 -> value((bits & 8) != 0, bits & 7, 1, 1);
      case FLOAT8E8M0 -> bits == 0xff ? Float.NaN : Math.scalb(1f, bits - 127);
      case FLOAT8E4M3FN -> magnitude == 0x7f ? Float.NaN : value(negative, magnitude, 3, 7);
      case FLOAT8E4M3FNUZ -> bits == NEGATIVE_ZERO ? Float.NaN : value(negative, magnitude, 3, 8);
      case FLOAT8E5M2 -> {
        float infinity = negative ? Float.NEGATIVE_INFINITY : Float.POSITIVE_INFINITY;
        yield magnitude > 0x7c
            ? Float.NaN
            : magnitude == 0x7c ? infinity : value(negative, magnitude, 2, 15);
      }
      case FLOAT8E5M2FNUZ -> bits == NEGATIVE_ZERO ? Float.NaN : value(negative, magnitude, 2, 16);
      default -> throw new IllegalArgumentException(type + " is no small float");
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
