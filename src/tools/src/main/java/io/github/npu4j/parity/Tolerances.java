package io.github.npu4j.parity;

import io.github.npu4j.numeric.ErrorMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How far an output may be from the reference. No output may have a NaN or infinity that the
 * reference does not have. The signal-to-noise ratio is not asked of outputs that are next to zero
 * or mostly zeros: there it says nothing but how small the signal is.
 *
 * @param minimumCosine the least cosine between the two outputs
 * @param maximumAbsoluteError the largest difference of one element; infinite for no limit
 * @param minimumSqnrDecibels the least signal-to-noise ratio; negative infinity for no limit
 */
public record Tolerances(
    double minimumCosine, double maximumAbsoluteError, double minimumSqnrDecibels) {

  /** For one precision on both sides: the same float32 arithmetic in another order. */
  public static final Tolerances SAME_PRECISION = new Tolerances(0.999999, 1e-5, 80);

  /**
   * For float16 against float32. Eleven bits of significand give some 60 dB an operation; a
   * transformer of a dozen layers keeps well above 35.
   */
  public static final Tolerances HALF_PRECISION =
      new Tolerances(0.9995, Double.POSITIVE_INFINITY, 30);

  /**
   * For a quantized model on HTP against the same model on the CPU, which rounds at the same places
   * but not always to the same side: an 8-bit step aside in some elements of each layer. With 16
   * bits the two are closer (MiniLM in a16w8: cosine 0.9994).
   */
  public static final Tolerances QUANTIZED = new Tolerances(0.99, Double.POSITIVE_INFINITY, 16);

  /**
   * For a quantized model against the float model that it was made from: what good 16-bit
   * activations with 8-bit weights keep (MiniLM per tensor: cosine 0.978 at the least, 0.998 per
   * channel), and broken scales do not.
   */
  public static final Tolerances QUANTIZED_FROM_FLOAT =
      new Tolerances(0.97, Double.POSITIVE_INFINITY, 11);

  /** An output that never gets larger is next to zero: what float16 adds up is as large. */
  private static final double NEAR_ZERO = 1e-3;

  /** A larger share of zeros makes an output sparse, as a few hits among many boxes are. */
  private static final double SPARSE = 0.9;

  /** Below it, float16 has no digits left, and a cosine is one of noise. */
  private static final double NOTHING = 1e-6;

  /** Returns each limit that the metrics exceed, in words; empty if they are within all. */
  public List<String> exceededBy(ErrorMetrics metrics) {
    List<String> exceeded = new ArrayList<>();
    if (metrics.nanCount() > 0) {
      exceeded.add(metrics.nanCount() + " elements are NaN or infinite on one side only");
    }
    if (metrics.peak() < NOTHING) {
      if (!(metrics.maxAbsoluteError() <= 10 * NOTHING)) {
        exceeded.add(format("difference %.3g, and the output is zero", metrics.maxAbsoluteError()));
      }
      return exceeded;
    }
    if (!(metrics.cosine() >= minimumCosine)) {
      exceeded.add(format("cosine %.6f is below %s", metrics.cosine(), minimumCosine));
    }
    if (!(metrics.maxAbsoluteError() <= maximumAbsoluteError)) {
      exceeded.add(
          format("difference %.3g is above %s", metrics.maxAbsoluteError(), maximumAbsoluteError));
    }
    boolean telling = metrics.peak() >= NEAR_ZERO && metrics.zeroShare() <= SPARSE;
    if (telling && !(metrics.sqnrDecibels() >= minimumSqnrDecibels)) {
      exceeded.add(
          format("SQNR %.1f dB is below %s dB", metrics.sqnrDecibels(), minimumSqnrDecibels));
    }
    return exceeded;
  }

  /** Returns the limits in words, such as {@code cosine at least 0.9995, SQNR at least 30 dB}. */
  @Override
  public String toString() {
    List<String> limits = new ArrayList<>();
    limits.add("cosine at least " + minimumCosine);
    if (Double.isFinite(maximumAbsoluteError)) {
      limits.add("difference at most " + maximumAbsoluteError);
    }
    if (Double.isFinite(minimumSqnrDecibels)) {
      limits.add(format("SQNR at least %.0f dB", minimumSqnrDecibels));
    }
    limits.add("no NaN");
    return String.join(", ", limits);
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
