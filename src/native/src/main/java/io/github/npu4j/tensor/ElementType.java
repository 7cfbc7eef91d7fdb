package io.github.npu4j.tensor;

/**
 * The fixed-size element types that tensors have in ONNX Runtime and QNN.
 *
 * <p>A quantized type is the plain integer type that stores it; what the integers mean is the
 * {@link Quantization} of the {@link TensorSpec}.
 */
public enum ElementType {
  /** IEEE 754 binary32. */
  FLOAT32(32, true),
  /** IEEE 754 binary16. */
  FLOAT16(16, true),
  /** The upper half of a binary32. */
  BFLOAT16(16, true),
  /** IEEE 754 binary64. */
  FLOAT64(64, true),
  /** Signed, 8 bits. */
  INT8(8, false),
  /** Signed, 16 bits. */
  INT16(16, false),
  /** Signed, 32 bits. */
  INT32(32, false),
  /** Signed, 64 bits. */
  INT64(64, false),
  /** Unsigned, 8 bits. */
  UINT8(8, false),
  /** Unsigned, 16 bits. */
  UINT16(16, false),
  /** Unsigned, 32 bits. */
  UINT32(32, false),
  /** Unsigned, 64 bits. */
  UINT64(64, false),
  /** One byte, 0 or 1. */
  BOOL(8, false),
  /** Signed, 4 bits, two to a byte, the first in the low half. */
  INT4(4, false),
  /** Unsigned, 4 bits, two to a byte, the first in the low half. */
  UINT4(4, false),
  /** Signed, 2 bits, four to a byte, the first in the lowest bits. */
  INT2(2, false),
  /** Unsigned, 2 bits, four to a byte, the first in the lowest bits. */
  UINT2(2, false),
  /** 4-bit float, 2 exponent bits, finite, two to a byte, the first in the low half. */
  FLOAT4E2M1(4, true),
  /** 8-bit float, 4 exponent bits, finite values and NaN only. */
  FLOAT8E4M3FN(8, true),
  /** 8-bit float, 4 exponent bits, finite, with one NaN and no negative zero. */
  FLOAT8E4M3FNUZ(8, true),
  /** 8-bit float, 5 exponent bits, with infinities. */
  FLOAT8E5M2(8, true),
  /** 8-bit float, 5 exponent bits, finite, with one NaN and no negative zero. */
  FLOAT8E5M2FNUZ(8, true),
  /** 8 exponent bits and nothing else: a power of two, or NaN; what scales are stored in. */
  FLOAT8E8M0(8, true);

  private final int bits;
  private final boolean floating;

  ElementType(int bits, boolean floating) {
    this.bits = bits;
    this.floating = floating;
  }

  /** Returns the width of one element in bits. */
  public int bits() {
    return bits;
  }

  /** Returns whether the elements are floating-point numbers. */
  public boolean isFloating() {
    return floating;
  }

  /**
   * Returns the size of this many packed elements in bytes, rounded up to whole bytes.
   *
   * @throws IllegalArgumentException if {@code elements} is negative
   * @throws ArithmeticException if the size does not fit in 63 bits
   */
  public long byteSize(long elements) {
    if (elements < 0) {
      throw new IllegalArgumentException("a tensor can't have " + elements + " elements");
    }
    return bits >= Byte.SIZE
        ? Math.multiplyExact(elements, (long) bits / Byte.SIZE)
        : Math.ceilDiv(elements, (long) Byte.SIZE / bits);
  }
}
