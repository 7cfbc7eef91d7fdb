package io.github.npu4j.seq2seq.search;

import io.github.npu4j.seq2seq.generation.Strategy.Sampling;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Draws tokens by their probability, after temperature, top-k, top-p (nucleus sampling, Holtzman et
 * al. 2020) and what else leaves tokens out, in this order.
 */
public final class Sampler {

  private final Sampling options;
  private final RandomGenerator random;
  private final SamplingCut cut;

  /** Tokens that may be drawn, by falling score: the score's order in the high word. */
  private long[] candidates = new long[0];

  private double[] weights = new double[0];

  public Sampler(Sampling options, RandomGenerator random) {
    this.options = options;
    this.cut = new SamplingCut(options.cut());
    this.random = random;
  }

  /**
   * Draws a token.
   *
   * @param best the greatest score, not minus infinity
   */
  int draw(MemorySegment scores, float best) {
    float greatest = best / options.temperature();
    int count = collect(scores, greatest);
    for (int i = 0; i < count; i++) {
      weights[i] = weight(Logits.get(scores, token(candidates[i])), greatest);
    }
    if (options.topP() < 1) {
      count = nucleus(count, options.topP() * whole(scores, greatest, count));
    }
    count = cut.apply(candidates, weights, count);
    double at = random.nextDouble() * Arrays.stream(weights, 0, count).sum();
    for (int i = 0; i < count - 1; i++) {
      at -= weights[i];
      if (at < 0) {
        return token(candidates[i]);
      }
    }
    return token(candidates[count - 1]);
  }

  /** Collects what top-k leaves, and of it what top-p could keep; best first. */
  private int collect(MemorySegment scores, float greatest) {
    int vocabulary = Logits.count(scores);
    if (candidates.length < vocabulary) {
      candidates = new long[vocabulary];
      weights = new double[vocabulary];
    }
    float least = options.topK() == 0 ? floor(vocabulary, greatest) : Float.NEGATIVE_INFINITY;
    int count = 0;
    for (int token = 0; token < vocabulary; token++) {
      float score = Logits.get(scores, token);
      if (score > Float.NEGATIVE_INFINITY && score / options.temperature() >= least) {
        candidates[count++] = key(score, token);
      }
    }
    if (options.topK() == 0 && options.topP() == 1) {
      return count;
    }
    Arrays.sort(candidates, 0, count);
    int k = options.topK();
    if (k == 0 || k >= count) {
      return count;
    }
    int kept = k;
    float last = Logits.get(scores, token(candidates[k - 1]));
    while (kept < count && Logits.get(scores, token(candidates[kept])) == last) {
      kept++; // equals of the last one stay, as with transformers
    }
    return kept;
  }

  /**
   * Returns a score below which top-p can keep nothing: all tokens together that have less than
   * their share of what is left out are not more than what is left out. The sum of weights is at
   * least 1, that of the best token.
   */
  private float floor(int vocabulary, float greatest) {
    return options.topP() == 1
        ? Float.NEGATIVE_INFINITY
        : greatest + (float) Math.log((1 - options.topP()) / vocabulary);
  }

  /** Returns how many of the best tokens it takes to have so much weight. */
  private int nucleus(int count, double wanted) {
    double sum = 0;
    int kept = 0;
    while (kept < count && (kept == 0 || sum < wanted)) {
      sum += weights[kept++];
    }
    return kept;
  }

  /** Returns the weight of all tokens that top-k leaves. */
  private double whole(MemorySegment scores, float greatest, int count) {
    double sum = 0;
    if (options.topK() > 0) {
      for (int i = 0; i < count; i++) {
        sum += weights[i];
      }
      return sum;
    }
    int vocabulary = Logits.count(scores);
    for (int token = 0; token < vocabulary; token++) {
      sum += weight(Logits.get(scores, token), greatest);
    }
    return sum;
  }

  private float weight(float score, float greatest) {
    return Logits.exp(score / options.temperature() - greatest);
  }

  /** Returns a number that sorts by falling score, then by token. */
  private static long key(float score, int token) {
    int bits = Float.floatToIntBits(score);
    int rising = bits < 0 ? ~bits : bits | Integer.MIN_VALUE; // as an unsigned number
    return ((long) ~rising ^ Integer.MIN_VALUE) << 32 | token;
  }

  private static int token(long key) {
    return (int) key;
  }
}
