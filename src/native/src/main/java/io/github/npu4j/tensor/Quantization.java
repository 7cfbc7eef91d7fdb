package io.github.npu4j.tensor;

import java.util.Arrays;

/**
 * What the integers of a quantized tensor mean: {@code real = (q - zeroPoint) * scale}.
 *
 * <p>QNN stores an <em>offset</em>, the negated zero point; the rooms that read it turn the sign.
 */
public sealed interface Quantization {

  /**
   * One scale and zero point for the whole tensor.
   *
   * @param scale the step between two neighbouring integers; finite and above zero
   * @param zeroPoint the integer that stands for 0.0
   */
  record PerTensor(float scale, int zeroPoint) implements Quantization {
    /** Checks the scale. */
    public PerTensor {
      if (!(scale > 0) || Float.isInfinite(scale)) {
        throw new IllegalArgumentException("scale " + scale + " is not finite and above zero");
      }
    }
  }

  /**
   * A scale and zero point for each index along one axis. The arrays are copied in and out.
   *
   * @param axis the axis that is scaled piecewise
   * @param scales one scale an index
   * @param zeroPoints one zero point an index
   */
  record PerAxis(int axis, float[] scales, int[] zeroPoints) implements Quantization {
    /** Checks the lengths and takes copies. */
    public PerAxis {
      if (scales.length != zeroPoints.length || scales.length == 0) {
        throw new IllegalArgumentException(
            scales.length + " scales do not match " + zeroPoints.length + " zero points");
      }
      scales = scales.clone();
      zeroPoints = zeroPoints.clone();
    }

    @Override
    public float[] scales() {
      return scales.clone();
    }

    @Override
    public int[] zeroPoints() {
      return zeroPoints.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof PerAxis that
          && axis == that.axis
          && Arrays.equals(scales, that.scales)
          && Arrays.equals(zeroPoints, that.zeroPoints);
    }

    @Override
    public int hashCode() {
      return 31 * (31 * axis + Arrays.hashCode(scales)) + Arrays.hashCode(zeroPoints);
    }

    @Override
    public String toString() {
      return "PerAxis[axis=" + axis + ", " + scales.length + " scales]";
    }
  }

  /**
   * An encoding that npu4j can describe but does not convert, such as a blockwise one.
   *
   * @param encoding its name and parameters in the native API's words
   */
  record Described(String encoding) implements Quantization {}
}
