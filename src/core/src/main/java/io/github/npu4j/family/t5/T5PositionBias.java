package io.github.npu4j.family.t5;

import io.github.npu4j.checkpoint.Weight;

/**
 * What T5's self-attention adds to a score for the distance between two positions: learned values
 * for buckets of distances, exact for near ones and logarithmic for far ones (Raffel et al.,
 * arXiv:1910.10683, section 2.1). The buckets are computed here, not in a graph.
 *
 * <p>Immutable.
 */
public final class T5PositionBias {

  private final T5Config config;
  private final T5Stack stack;
  private final float[] table;

  private T5PositionBias(T5Checkpoint checkpoint, T5Stack stack) {
    this.config = checkpoint.config();
    this.stack = stack;
    Weight stored = checkpoint.weight(stack.positionBias());
    this.table = new float[stored.rows() * stored.columns()];
    stored.read(0, stored.rows(), table, 0, stored.columns());
  }

  /** Reads the table of one half of a model. */
  public static T5PositionBias of(T5Checkpoint checkpoint, T5Stack stack) {
    return new T5PositionBias(checkpoint, stack);
  }

  /**
   * Returns the bias of a key for a query.
   *
   * @param head from 0
   * @param relative the key's position minus the query's; a decoder's is never positive
   */
  public float at(int head, int relative) {
    return table[bucket(relative) * config.attention().heads() + head];
  }

  /**
   * Returns the biases of all heads for a range of relative positions, head by head.
   *
   * @param least the first relative position
   * @param greatest the last one
   * @return {@code [heads, greatest - least + 1]}
   */
  public float[] range(int least, int greatest) {
    int count = greatest - least + 1;
    float[] biases = new float[config.attention().heads() * count];
    for (int head = 0; head < config.attention().heads(); head++) {
      for (int i = 0; i < count; i++) {
        biases[head * count + i] = at(head, least + i);
      }
    }
    return biases;
  }

  private int bucket(int relative) {
    int buckets = config.attention().positionBuckets();
    if (stack == T5Stack.DECODER) {
      return bucketOfDistance(
          Math.max(0, -relative), buckets, config.attention().maximumDistance());
    }
    int half = buckets / 2;
    return bucketOfDistance(Math.abs(relative), half, config.attention().maximumDistance())
        + (relative > 0 ? half : 0);
  }

  /** The steps are rounded to float32 where PyTorch rounds them. */
  static int bucketOfDistance(int distance, int buckets, int maximumDistance) {
    int exact = buckets / 2;
    if (distance < exact) {
      return distance;
    }
    float logarithm = (float) Math.log((float) distance / exact);
    float range = (float) Math.log((double) maximumDistance / exact);
    int beyond = (int) (logarithm / range * (buckets - exact));
    return Math.min(exact + beyond, buckets - 1);
  }
}
