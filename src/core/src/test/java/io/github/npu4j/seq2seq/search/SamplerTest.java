package io.github.npu4j.seq2seq.search;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.github.npu4j.seq2seq.generation.Strategy.Sampling;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SamplerTest {

  private static final int DRAWS = 200_000;

  /** Logarithms of 0.4, 0.3, 0.2, 0.1 and nothing, in another order. */
  private static final float[] SCORES = {
    (float) Math.log(0.1),
    (float) Math.log(0.4),
    Float.NEGATIVE_INFINITY,
    (float) Math.log(0.2),
    (float) Math.log(0.3)
  };

  @Test
  void drawsByProbability() {
    assertShares(new Sampling(1, 0, 1, 7, 1), 0.1, 0.4, 0, 0.2, 0.3);
  }

  @Test
  void temperatureSharpensOrFlattens() {
    double sum = 0.01 + 0.16 + 0.04 + 0.09;
    assertShares(new Sampling(0.5f, 0, 1, 7, 1), 0.01 / sum, 0.16 / sum, 0, 0.04 / sum, 0.09 / sum);
    double flat = Arrays.stream(new double[] {0.1, 0.4, 0.2, 0.3}).map(Math::sqrt).sum();
    assertShares(
        new Sampling(2, 0, 1, 7, 1),
        Math.sqrt(0.1) / flat,
        Math.sqrt(0.4) / flat,
        0,
        Math.sqrt(0.2) / flat,
        Math.sqrt(0.3) / flat);
  }

  @Test
  void topKKeepsTheBest() {
    assertShares(new Sampling(1, 2, 1, 7, 1), 0, 4 / 7.0, 0, 0, 3 / 7.0);
    assertShares(new Sampling(1, 1, 1, 7, 1), 0, 1, 0, 0, 0);
    assertShares(new Sampling(1, 9, 1, 7, 1), 0.1, 0.4, 0, 0.2, 0.3);
  }

  @Test
  void topPKeepsAsManyAsItTakes() {
    assertShares(new Sampling(1, 0, 0.65f, 7, 1), 0, 4 / 7.0, 0, 0, 3 / 7.0);
    assertShares(new Sampling(1, 0, 0.75f, 7, 1), 0, 4 / 9.0, 0, 2 / 9.0, 3 / 9.0);
    assertShares(new Sampling(1, 0, 0.01f, 7, 1), 0, 1, 0, 0, 0);
  }

  @Test
  void topPFollowsTopK() {
    assertShares(new Sampling(1, 3, 0.7f, 7, 1), 0, 4 / 7.0, 0, 0, 3 / 7.0);
  }

  @Test
  void equalsOfTheLastOfTopKStay() {
    double[] shares = shares(new Sampling(1, 1, 1, 3, 1), new float[] {2, 2, 1});
    assertEquals(0.5, shares[0], 0.01);
    assertEquals(0.5, shares[1], 0.01);
  }

  @Test
  void theSameSeedDrawsTheSame() {
    assertArrayEquals(draws(5), draws(5));
    assertNotEquals(Arrays.toString(draws(5)), Arrays.toString(draws(6)));
  }

  private static int[] draws(long seed) {
    Sampler sampler = new Sampler(Sampling.of(seed), new SplittableRandom(seed));
    int[] tokens = new int[50];
    Arrays.setAll(tokens, _ -> sampler.draw(MemorySegment.ofArray(SCORES), best(SCORES)));
    return tokens;
  }

  private static void assertShares(Sampling options, double... expected) {
    assertArrayEquals(expected, shares(options, SCORES), 0.005);
  }

  private static double[] shares(Sampling options, float[] scores) {
    Sampler sampler = new Sampler(options, new SplittableRandom(options.seed()));
    double[] shares = new double[scores.length];
    for (int i = 0; i < DRAWS; i++) {
      shares[sampler.draw(MemorySegment.ofArray(scores), best(scores))] += 1.0 / DRAWS;
    }
    return shares;
  }

  private static float best(float[] scores) {
    float best = Float.NEGATIVE_INFINITY;
    for (float score : scores) {
      best = Math.max(best, score);
    }
    return best;
  }
}
