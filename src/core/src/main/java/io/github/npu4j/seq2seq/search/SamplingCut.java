package io.github.npu4j.seq2seq.search;

import io.github.npu4j.seq2seq.generation.Strategy.Sampling.Cut;
import java.util.Arrays;

/**
 * Leaves out tokens by their probability, one way after the other, each by the probabilities that
 * the one before has left. For one thread.
 */
final class SamplingCut {

  private final Cut options;

  /** How far from typical a token is, and its place, sorted by the former. */
  private long[] order = new long[0];

  private boolean[] kept = new boolean[0];

  SamplingCut(Cut options) {
    this.options = options;
  }

  /**
   * Leaves out tokens: those that stay move to the front, in their order.
   *
   * @param tokens the tokens
   * @param weights their probabilities times any number
   * @param count how many there are
   * @return how many stay, at least one
   */
  int apply(long[] tokens, double[] weights, int count) {
    int left = count;
    if (options.minP() > 0) {
      left = keepAbove(tokens, weights, left, options.minP() * greatest(weights, left));
    }
    if (options.typicalP() < 1) {
      left = typical(tokens, weights, left);
    }
    if (options.epsilon() > 0) {
      left = keepAbove(tokens, weights, left, options.epsilon() * sum(weights, left));
    }
    if (options.eta() > 0) {
      double open = Math.sqrt(options.eta()) * Math.exp(-entropy(weights, left));
      double least = Math.min(options.eta(), open);
      left = keepAbove(tokens, weights, left, least * sum(weights, left));
    }
    return left;
  }

  /** Keeps what has at least some weight; the best ones always. */
  private static int keepAbove(long[] tokens, double[] weights, int count, double least) {
    double best = greatest(weights, count);
    int left = 0;
    for (int i = 0; i < count; i++) {
      if (weights[i] >= least || weights[i] == best) {
        tokens[left] = tokens[i];
        weights[left++] = weights[i];
      }
    }
    return left;
  }

  /**
   * Keeps the tokens whose surprise is nearest to the expected one, until they have the share of
   * the probability that is wanted; what is as near as the last one stays, too.
   */
  private int typical(long[] tokens, double[] weights, int count) {
    if (order.length < count) {
      order = new long[count];
      kept = new boolean[count];
    }
    double whole = sum(weights, count);
    double expected = entropy(weights, count);
    for (int i = 0; i < count; i++) {
      float distance = (float) Math.abs(-Math.log(weights[i] / whole) - expected);
      order[i] = (long) Float.floatToIntBits(distance) << 32 | i; // not negative: sorts as it is
    }
    Arrays.sort(order, 0, count);
    double reached = 0;
    int last = 0;
    while (last < count - 1
        && (reached += weights[(int) order[last]] / whole) < options.typicalP()) {
      last++;
    }
    long farthest = order[last] >>> 32;
    Arrays.fill(kept, 0, count, false);
    for (int i = 0; i < count && order[i] >>> 32 <= farthest; i++) {
      kept[(int) order[i]] = true;
    }
    int left = 0;
    for (int i = 0; i < count; i++) {
      if (kept[i]) {
        tokens[left] = tokens[i];
        weights[left++] = weights[i];
      }
    }
    return left;
  }

  private static double greatest(double[] weights, int count) {
    double greatest = 0;
    for (int i = 0; i < count; i++) {
      greatest = Math.max(greatest, weights[i]);
    }
    return greatest;
  }

  private static double sum(double[] weights, int count) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += weights[i];
    }
    return sum;
  }

  /** Returns the entropy in nats. */
  private static double entropy(double[] weights, int count) {
    double whole = sum(weights, count);
    double entropy = 0;
    for (int i = 0; i < count; i++) {
      double share = weights[i] / whole;
      entropy -= share > 0 ? share * Math.log(share) : 0;
    }
    return entropy;
  }
}
