package io.github.npu4j.family.t5;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.checkpoint.Weight;
import io.github.npu4j.tensor.Shape;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bounds against what they bound, computed step by step. */
class ShortlistBoundsTest {

  private static final int WIDTH = 96;
  private static final int TOKENS = 500;

  private final SplittableRandom random = new SplittableRandom(7);

  /** Ordinary rows and odd ones: one large value, tiny, of very unlike sizes, all 0. */
  private final float[] weight =
      rows(
          TOKENS,
          row -> {
            float[] values = gaussian();
            switch (row % 5) {
              case 1 -> values[row % WIDTH] *= 1000;
              case 2 -> scale(values, 1e-20f);
              case 3 -> {
                for (int i = 0; i < WIDTH; i++) {
                  values[i] *= (float) Math.exp(4 * random.nextGaussian());
                }
              }
              case 4 -> scale(values, row % 25 == 4 ? 0 : 30);
              default -> {}
            }
            return values;
          });

  private final ShortlistBounds bounds =
      ShortlistBounds.of(Weight.of(weight, Shape.of(TOKENS, WIDTH))).orElseThrow();

  @ParameterizedTest
  @ValueSource(floats = {1e-15f, 1, 3e10f})
  void noScoreIsFurtherOffThanItsError(float size) {
    float worst = 0;
    for (int i = 0; i < 40; i++) {
      float[] state = gaussian();
      state[i % WIDTH] *= i % 2 == 0 ? 1 : 200;
      scale(state, size);
      double length = norm(state);
      assertTrue(length > ShortlistBounds.SHORTEST_STATE && length < bounds.longestState());
      for (int token = 0; token < TOKENS; token++) {
        double exact = exact(token, state);
        float rounded = rounded(token, state);
        double allowed = bounds.errors()[token] * length;
        assertTrue(
            Math.abs(rounded - exact) <= allowed,
            () -> "token off by more than " + allowed + ": " + rounded + " is not " + exact);
        worst = (float) Math.max(worst, Math.abs(rounded - exact) / allowed);
        float forth = 0;
        float back = 0;
        for (int j = 0; j < WIDTH; j++) {
          forth += weight[token * WIDTH + j] * state[j];
          back += weight[(token + 1) * WIDTH - 1 - j] * state[WIDTH - 1 - j];
        }
        assertTrue(Math.abs(forth - back) <= bounds.scoreError() * length);
        assertTrue(Math.abs(rounded - forth) <= allowed);
      }
    }
    assertTrue(worst > 0.05, "errors that are never nearly reached are useless: " + worst);
  }

  @Test
  void tellsNothingOfWeightsThatAreNotNumbers() {
    for (float odd : new float[] {Float.NaN, Float.POSITIVE_INFINITY, 3e38f}) {
      float[] values = weight.clone();
      values[1234] = odd;
      assertEquals(
          Optional.empty(), ShortlistBounds.of(Weight.of(values, Shape.of(TOKENS, WIDTH))));
    }
    assertEquals(
        Optional.empty(),
        ShortlistBounds.of(Weight.of(new float[TOKENS * WIDTH], Shape.of(TOKENS, WIDTH))));
  }

  /** Returns the 8-bit score as the graph computes it. */
  private float rounded(int token, float[] state) {
    float largest = 0;
    for (float value : state) {
      largest = Math.max(largest, Math.abs(value));
    }
    long first = 0;
    long second = 0;
    for (int j = 0; j < WIDTH; j++) {
      float scaled = state[j] / largest * ShortlistBounds.HALF_DIGIT;
      float digit = (float) Math.rint(scaled);
      float rest = (float) Math.rint((scaled - digit) * ShortlistBounds.DIGIT);
      long q = (long) Weight.rounded(weight[token * WIDTH + j], bounds.scales()[token]);
      first += (long) digit * q;
      second += (long) rest * q;
    }
    float step = 1f / ShortlistBounds.HALF_DIGIT;
    float sum = largest * step * first + largest * (step / ShortlistBounds.DIGIT) * second;
    return sum * bounds.scales()[token];
  }

  private double exact(int token, float[] state) {
    double sum = 0;
    for (int j = 0; j < WIDTH; j++) {
      sum += (double) weight[token * WIDTH + j] * state[j];
    }
    return sum;
  }

  private static double norm(float[] values) {
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares);
  }

  private float[] gaussian() {
    float[] values = new float[WIDTH];
    for (int i = 0; i < WIDTH; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static void scale(float[] values, float factor) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
  }

  private static float[] rows(int count, IntFunction<float[]> row) {
    float[] all = new float[count * WIDTH];
    for (int i = 0; i < count; i++) {
      System.arraycopy(row.apply(i), 0, all, i * WIDTH, WIDTH);
    }
    return all;
  }
}
