package io.github.npu4j.text;

import java.util.Arrays;

/**
 * The embedding of one text. Two are equal if their values are, those of the vectors included.
 *
 * @param vector the vector, the caller's own; of length 1 if the model is one that is normalized
 * @param tokens how many tokens the whole text has, prefix and special tokens included
 * @param truncated whether the model read only the first of them
 * @param nanos the time it took in nanoseconds; in a batch its share, and 0 from the cache
 */
public record Embedding(float[] vector, int tokens, boolean truncated, long nanos) {

  /** How many values of a vector are shown. */
  private static final int SHOWN = 4;

  /** Returns a copy with a vector of its own, that took no time. */
  Embedding fromCache() {
    return new Embedding(vector.clone(), tokens, truncated, 0);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Embedding that
        && Arrays.equals(vector, that.vector)
        && tokens == that.tokens
        && truncated == that.truncated
        && nanos == that.nanos;
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(vector) + tokens;
  }

  /** Returns the first values of the vector, its length, and what else is known. */
  @Override
  public String toString() {
    String first = Arrays.toString(Arrays.copyOf(vector, Math.min(SHOWN, vector.length)));
    return "Embedding[vector="
        + first
        + (vector.length > SHOWN ? "... of " + vector.length : "")
        + ", tokens="
        + tokens
        + ", truncated="
        + truncated
        + ", nanos="
        + nanos
        + "]";
  }
}
