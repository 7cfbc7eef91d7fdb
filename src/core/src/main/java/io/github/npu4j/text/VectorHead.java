package io.github.npu4j.text;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.numeric.Pooling;
import io.github.npu4j.tensor.ElementType;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/**
 * Makes one vector of a text's rows: pooled, put through dense layers, cut, scaled, in this order.
 *
 * @param pooling the ways of pooling, whose results stand one behind the other
 * @param dense the layers
 * @param kept how many of the values are kept; empty for all
 * @param normalized whether what is kept is scaled to length 1
 */
record VectorHead(
    List<Pooling> pooling, List<DenseLayer> dense, OptionalInt kept, boolean normalized)
    implements EncoderHead {

  /** Takes copies of the lists. */
  VectorHead {
    pooling = List.copyOf(pooling);
    dense = List.copyOf(dense);
  }

  @Override
  public int size(int width) {
    int whole = whole(width);
    return Math.min(whole, kept.orElse(whole));
  }

  /** Returns the length of a vector before it is cut. */
  int whole(int width) {
    return dense.isEmpty() ? pooling.size() * width : dense.getLast().outputs();
  }

  /**
   * Makes sure that one part's values are what the next reads.
   *
   * @param folder the model's, for messages
   * @param width the length of a row of the output
   * @throws BadModelException if they are not
   */
  void requireFit(Path folder, int width) {
    int values = pooling.size() * width;
    for (DenseLayer layer : dense) {
      if (layer.inputs() != values) {
        throw new BadModelException(
            folder + " can't embed texts",
            "a dense layer reads " + layer.inputs() + " values and is given " + values,
            "The layer belongs to another model, or to another output of this one.");
      }
      values = layer.outputs();
    }
    if (kept.isPresent() && kept.getAsInt() > values) {
      throw new BadModelException(
          folder + " can't embed texts",
          "its description keeps " + kept.getAsInt() + " dimensions of " + values,
          "");
    }
  }

  @Override
  public int scratch(int width) {
    return isDirect(width) ? 0 : 2 * half(width);
  }

  /** Returns whether pooling alone makes the result, so that it can be written there at once. */
  private boolean isDirect(int width) {
    return dense.isEmpty() && size(width) == whole(width);
  }

  /** Returns the length of the longest vector on the way. */
  private int half(int width) {
    int longest = pooling.size() * width;
    for (int i = 0; i < dense.size(); i++) {
      longest = Math.max(longest, dense.get(i).outputs());
    }
    return longest;
  }

  @Override
  public void apply(
      MemorySegment rows,
      ElementType type,
      int tokens,
      int width,
      float[] scratch,
      float[] result) {
    boolean direct = isDirect(width);
    float[] pooled = direct ? result : scratch;
    for (int i = 0; i < pooling.size(); i++) {
      pooling.get(i).pool(rows, type, tokens, width, pooled, i * width);
    }
    if (!direct) {
      int from = 0;
      int half = half(width);
      for (int i = 0; i < dense.size(); i++) {
        dense.get(i).apply(scratch, from, scratch, half - from);
        from = half - from;
      }
      System.arraycopy(scratch, from, result, 0, size(width));
    }
    if (normalized) {
      Pooling.normalize(result, 0, size(width));
    }
  }
}
