package io.github.npu4j.numeric;

import io.github.npu4j.tensor.ElementType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * How the vectors of a text's tokens become one vector, as sentence-transformers names the ways.
 *
 * <p>The hidden states are one text's rows, {@code tokens x dimensions}, packed, as {@code FLOAT32}
 * or {@code FLOAT16}; each is read once, in order, where it lies. Sums are kept in binary32, as the
 * models' own frameworks do.
 */
public enum Pooling {
  /** The mean over the tokens that count. */
  MEAN,
  /** The first token that counts; for BERT that is {@code [CLS]}. */
  CLS,
  /** The last token that counts. */
  LAST_TOKEN,
  /** The largest value of each dimension over the tokens that count. */
  MAX,
  /** The mean over the tokens that count, the first of them weighing 1, the second 2, and so on. */
  WEIGHTED_MEAN,
  /** The sum over the tokens that count, divided by the square root of their number. */
  MEAN_SQRT_LEN;

  private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

  /** The least norm PyTorch divides by in {@code normalize}, so that a zero vector stays one. */
  private static final double SMALLEST_NORM = 1e-12;

  /**
   * Pools the first tokens, for a text that is padded at its end or not at all.
   *
   * @param hidden the rows; at least {@code tokens * dimensions} elements
   * @param type {@code FLOAT32} or {@code FLOAT16}
   * @param tokens how many rows count; above zero
   * @param dimensions the length of a row
   * @param destination where the {@code dimensions} values go
   * @param offset the destination's first index
   * @throws IllegalArgumentException if there are no tokens, or the type is another
   * @throws IndexOutOfBoundsException if one of the two is too small
   */
  public void pool(
      MemorySegment hidden,
      ElementType type,
      int tokens,
      int dimensions,
      float[] destination,
      int offset) {
    requireTokens(tokens);
    if (this == CLS || this == LAST_TOKEN) {
      int row = this == CLS ? 0 : tokens - 1;
      copyRow(hidden, type, row, dimensions, destination, offset);
      return;
    }
    copyRow(hidden, type, 0, dimensions, destination, offset);
    for (int token = 1; token < tokens; token++) {
      join(hidden, type, token, token + 1, dimensions, destination, offset);
    }
    finish(destination, offset, dimensions, tokens);
  }

  /**
   * Joins one more token's row to what was made of those before it.
   *
   * @param ordinal the token's number among those that count, from 1
   */
  private void join(
      MemorySegment hidden,
      ElementType type,
      int row,
      int ordinal,
      int dimensions,
      float[] to,
      int offset) {
    switch (this) {
      case MEAN, MEAN_SQRT_LEN -> addRow(hidden, type, row, dimensions, to, offset);
      case WEIGHTED_MEAN -> addRow(hidden, type, row, ordinal, dimensions, to, offset);
      case MAX -> raise(hidden, type, row, dimensions, to, offset);
      case LAST_TOKEN -> copyRow(hidden, type, row, dimensions, to, offset);
      case CLS -> {}
    }
  }

  /** Divides what was summed. */
  private void finish(float[] vector, int offset, int dimensions, int tokens) {
    switch (this) {
      case MEAN -> divide(vector, offset, dimensions, tokens);
      case WEIGHTED_MEAN -> divide(vector, offset, dimensions, tokens * (tokens + 1f) / 2);
      case MEAN_SQRT_LEN -> divide(vector, offset, dimensions, (float) Math.sqrt(tokens));
      case CLS, LAST_TOKEN, MAX -> {}
    }
  }

  /**
   * Pools the tokens whose mask is not zero, wherever they lie.
   *
   * @param hidden the rows; at least {@code tokens * dimensions} elements
   * @param type {@code FLOAT32} or {@code FLOAT16}
   * @param mask one {@code INT64} a token, as the model's attention mask is
   * @param dimensions the length of a row
   * @param destination where the {@code dimensions} values go
   * @param offset the destination's first index
   * @throws IllegalArgumentException if the mask is zero everywhere, or the type is another
   * @throws IndexOutOfBoundsException if one of the two is too small
   */
  public void pool(
      MemorySegment hidden,
      ElementType type,
      MemorySegment mask,
      int dimensions,
      float[] destination,
      int offset) {
    int tokens = Math.toIntExact(mask.byteSize() / Long.BYTES);
    int counted = 0;
    for (int token = 0; token < tokens; token++) {
      if (mask.get(ValueLayout.JAVA_LONG_UNALIGNED, token * 8L) == 0) {
        continue;
      }
      counted++;
      if (counted == 1) {
        copyRow(hidden, type, token, dimensions, destination, offset);
      } else {
        join(hidden, type, token, counted, dimensions, destination, offset);
      }
    }
    requireTokens(counted);
    finish(destination, offset, dimensions, counted);
  }

  /**
   * Scales a vector to length one, in place; a zero vector stays as it is.
   *
   * @param vector where it lies
   * @param offset its first index
   * @param dimensions its length
   */
  public static void normalize(float[] vector, int offset, int dimensions) {
    double norm = Math.sqrt(Similarity.dot(vector, offset, vector, offset, dimensions));
    float scale = (float) (1 / Math.max(norm, SMALLEST_NORM));
    for (int i = offset; i < offset + dimensions; i++) {
      vector[i] *= scale;
    }
  }

  private static void copyRow(
      MemorySegment hidden, ElementType type, int row, int dimensions, float[] to, int offset) {
    long first = (long) row * dimensions;
    switch (type) {
      case FLOAT32 -> MemorySegment.copy(hidden, FLOAT, first * 4, to, offset, dimensions);
      case FLOAT16 -> {
        for (int i = 0; i < dimensions; i++) {
          to[offset + i] = Float.float16ToFloat(hidden.get(SHORT, (first + i) * 2));
        }
      }
      default -> throw new IllegalArgumentException("can't pool " + type + "; convert it first");
    }
  }

  private static void addRow(
      MemorySegment hidden, ElementType type, int row, int dimensions, float[] to, int offset) {
    long first = (long) row * dimensions;
    if (type == ElementType.FLOAT32) {
      for (int i = 0; i < dimensions; i++) {
        to[offset + i] += hidden.get(FLOAT, (first + i) * 4);
      }
    } else {
      for (int i = 0; i < dimensions; i++) {
        to[offset + i] += Float.float16ToFloat(hidden.get(SHORT, (first + i) * 2));
      }
    }
  }

  private static void addRow(
      MemorySegment hidden,
      ElementType type,
      int row,
      float weight,
      int dimensions,
      float[] to,
      int offset) {
    for (int i = 0; i < dimensions; i++) {
      to[offset + i] += weight * value(hidden, type, (long) row * dimensions + i);
    }
  }

  private static void raise(
      MemorySegment hidden, ElementType type, int row, int dimensions, float[] to, int offset) {
    for (int i = 0; i < dimensions; i++) {
      to[offset + i] = Math.max(to[offset + i], value(hidden, type, (long) row * dimensions + i));
    }
  }

  private static float value(MemorySegment hidden, ElementType type, long index) {
    return type == ElementType.FLOAT32
        ? hidden.get(FLOAT, index * 4)
        : Float.float16ToFloat(hidden.get(SHORT, index * 2));
  }

  private static void divide(float[] vector, int offset, int dimensions, float count) {
    for (int i = offset; i < offset + dimensions; i++) {
      vector[i] /= count;
    }
  }

  private static void requireTokens(int tokens) {
    if (tokens < 1) {
      throw new IllegalArgumentException("there are no tokens to pool");
    }
  }
}
