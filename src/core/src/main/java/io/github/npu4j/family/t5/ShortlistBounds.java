package io.github.npu4j.family.t5;

import io.github.npu4j.checkpoint.Weight;
import java.util.Optional;

/**
 * How far scores by an 8-bit output layer are at most from those of the float32 one, {@code w}:
 * what {@link T5Shortlist} proves its shortlists with. Rows of {@code w} are tokens; u is 2^-24, d
 * the width, and |h| the length of a hidden state.
 *
 * <p>A row w is rounded to q·s, whole numbers times a scale, which misses it by a vector of length
 * e. A hidden state is rounded to two digits of {@link #HALF_DIGIT}, which misses it by at most
 * sqrt(d)·|h|/(2·63·126). The products of the whole numbers are exact. So, by Cauchy and Schwarz,
 * the 8-bit score is within {@code e·|h| + (|w| + e)·|h|·(sqrt(d)/(2·63·126) + 32u)} of the true
 * one, 32u being more than the last few operations in float32 round by. A float32 score, in
 * whatever order it was summed up, is within {@code d·u·|w|·|h|} of the true one (Higham, Accuracy
 * and Stability of Numerical Algorithms, 3.1). One or two percent are added to all of it.
 *
 * @param scales s of each token
 * @param errors times |h|, how far the 8-bit score of each token is at most from any float32 one
 * @param scoreError times |h|, how far two float32 scores of any token are at most from each other
 * @param longestState the longest hidden state that no sum overflows for
 */
record ShortlistBounds(float[] scales, float[] errors, float scoreError, float longestState) {

  /** The largest value of a digit of a hidden state. */
  static final int HALF_DIGIT = 63;

  /** How many steps of the second digit are a step of the first. */
  static final int DIGIT = 2 * HALF_DIGIT;

  /**
   * The shortest hidden state that is looked at. What underflow takes from a score, d·2^-126 at
   * most, is nothing to the least error, which is this times {@link #LEAST_ERROR}.
   */
  static final float SHORTEST_STATE = 1e-20f;

  private static final double LEAST_ERROR = 1e-10;
  private static final double LEAST_NORM = 1e-10;
  private static final double LARGEST_SUM = 1e37;
  private static final double UNIT = 0x1p-24;
  private static final double LAST_OPERATIONS = 32 * UNIT;

  /** The rows that are in memory at a time. */
  private static final int BLOCK = 256;

  /**
   * Measures an output layer.
   *
   * @param weight {@code [tokens, width]}
   * @return nothing if it has values that no bound can be told of
   */
  static Optional<ShortlistBounds> of(Weight weight) {
    int width = weight.columns();
    double digits = Math.sqrt(width) / (2.0 * HALF_DIGIT * DIGIT);
    double sum = width * UNIT;
    double relative = 1.01 * (digits + sum + LAST_OPERATIONS);
    float[] scales = new float[weight.rows()];
    float[] errors = new float[weight.rows()];
    float[] block = new float[Math.min(BLOCK, weight.rows()) * width];
    double largest = 0;
    for (int first = 0; first < weight.rows(); first += BLOCK) {
      int count = Math.min(BLOCK, weight.rows() - first);
      weight.read(first, count, block, 0, width);
      for (int row = 0; row < count; row++) {
        float scale = scale(block, row * width, width);
        double norm = norm(block, row * width, width);
        double missed = missed(block, row * width, width, scale);
        double error = missed + relative * (norm + missed);
        scales[first + row] = scale;
        errors[first + row] = (float) (1.01 * Math.max(error, LEAST_ERROR));
        largest = Math.max(largest, norm); // NaN stays
      }
    }
    return largest >= LEAST_NORM && largest < LARGEST_SUM
        ? Optional.of(
            new ShortlistBounds(
                scales,
                errors,
                (float) (2 * 1.02 * sum * largest),
                (float) (LARGEST_SUM / largest)))
        : Optional.empty();
  }

  /** Returns what makes the largest element 127. */
  private static float scale(float[] values, int from, int count) {
    float largest = 0;
    for (int i = from; i < from + count; i++) {
      largest = Math.max(largest, Math.abs(values[i]));
    }
    float scale = largest / 127;
    return scale > 0 ? scale : 1;
  }

  private static double norm(float[] values, int from, int count) {
    double squares = 0;
    for (int i = from; i < from + count; i++) {
      squares += (double) values[i] * values[i];
    }
    return Math.sqrt(squares);
  }

  /** Returns the length of what rounding takes away. */
  private static double missed(float[] values, int from, int count, float scale) {
    double squares = 0;
    for (int i = from; i < from + count; i++) {
      double missed = values[i] - (double) scale * Weight.rounded(values[i], scale);
      squares += missed * missed;
    }
    return Math.sqrt(squares);
  }
}
