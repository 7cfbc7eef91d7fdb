package io.github.npu4j.family.decoder;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.github.npu4j.engine.GraphSpec;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The two static graphs of one bucket: what they take and give, by name and shape.
 *
 * @param encoder {@code input_ids [1,S], mask [1,1,1,S] -> cross.N.key, cross.N.value [1,H,S,K]}
 * @param decoder {@code token [1,1], self_mask [1,1,1,L+1], cross_mask [1,1,1,S], self.N.key,
 *     self.N.value [1,H,L,K], cross.N.key, cross.N.value -> logits [1,1,V], new.N.key, new.N.value
 *     [1,H,1,K]}, and {@code position_bias [1,H,1,L+1]} if its family has any. The token's own key
 *     and value are attended to in place L; those of the step t belong into slot t.
 * @param tensors the keys and values of the decoder's layers, as {@code 0.key}
 * @param maxInputTokens S, the most tokens of a text
 * @param heads H
 * @param maxNewTokens L, the most tokens of an answer
 * @param keySize K
 * @param vocabulary V
 * @param hasPositionBias whether the decoder takes position biases
 */
public record StaticDecoder(
    GraphSpec encoder,
    GraphSpec decoder,
    List<String> tensors,
    int maxInputTokens,
    int heads,
    int maxNewTokens,
    int keySize,
    int vocabulary,
    boolean hasPositionBias) {

  /**
   * What a mask has for a position that must not be seen; 0 stands for one that is seen. It is
   * added to scores, whose exponentials differ by no more than float16 can tell from 17 on; so this
   * hides whatever the other scores are, and sums with it stay far from the end of float16 at
   * 65,504.
   */
  public static final float MASKED_SCORE = -1000;

  public static final String IDS = "input_ids";
  public static final String MASK = "mask";
  public static final String TOKEN = "token";
  public static final String POSITION_BIAS = "position_bias";
  public static final String SELF_MASK = "self_mask";
  public static final String CROSS_MASK = "cross_mask";
  public static final String LOGITS = "logits";
  public static final String SELF = "self.";
  public static final String CROSS = "cross.";
  public static final String NEW = "new.";

  /** Returns whether a graph is an encoder of this form. */
  public static boolean isEncoder(GraphSpec graph) {
    return has(graph.inputs(), IDS) && has(graph.inputs(), MASK);
  }

  /** Returns whether a graph is a decoder of this form. */
  public static boolean isDecoder(GraphSpec graph) {
    return has(graph.inputs(), TOKEN) && has(graph.inputs(), CROSS_MASK);
  }

  /** Returns how many tokens of a text an encoder or decoder takes. */
  public static int maxInputTokens(GraphSpec graph) {
    String input = isEncoder(graph) ? IDS : CROSS_MASK;
    return size(graph, graph.input(input), graph.input(input).shape().rank() - 1);
  }

  /**
   * Finds out the sizes.
   *
   * @throws BadModelException if the graphs don't fit together
   */
  public static StaticDecoder of(GraphSpec encoder, GraphSpec decoder) {
    List<String> tensors = new ArrayList<>();
    for (TensorSpec input : decoder.inputs()) {
      if (input.name().startsWith(SELF) && !input.name().equals(SELF_MASK)) {
        tensors.add(input.name().substring(SELF.length()));
      }
    }
    if (tensors.isEmpty()) {
      throw refused(decoder, "it has no keys and values");
    }
    int textTokens = maxInputTokens(encoder);
    TensorSpec key = decoder.input(SELF + tensors.getFirst());
    int heads = size(decoder, key, 1);
    int slots = size(decoder, key, 2);
    int keySize = size(decoder, key, 3);
    TensorSpec logits = decoder.output(LOGITS);
    int vocabulary = size(decoder, logits, logits.shape().rank() - 1);
    requireInteger(encoder, encoder.input(IDS), Shape.of(1, textTokens));
    require(encoder, encoder.input(MASK), Shape.of(1, 1, 1, textTokens));
    requireInteger(decoder, decoder.input(TOKEN), Shape.of(1, 1));
    boolean biased = has(decoder.inputs(), POSITION_BIAS);
    if (biased) {
      require(decoder, decoder.input(POSITION_BIAS), Shape.of(1, heads, 1, slots + 1));
    }
    require(decoder, decoder.input(SELF_MASK), Shape.of(1, 1, 1, slots + 1));
    require(decoder, decoder.input(CROSS_MASK), Shape.of(1, 1, 1, textTokens));
    require(decoder, logits, logits.shape());
    for (String tensor : tensors) {
      Shape cross = Shape.of(1, heads, textTokens, keySize);
      require(encoder, encoder.output(CROSS + tensor), cross);
      require(decoder, decoder.input(CROSS + tensor), cross);
      require(decoder, decoder.input(SELF + tensor), Shape.of(1, heads, slots, keySize));
      require(decoder, decoder.output(NEW + tensor), Shape.of(1, heads, 1, keySize));
    }
    return new StaticDecoder(
        encoder,
        decoder,
        List.copyOf(tensors),
        textTokens,
        heads,
        slots,
        keySize,
        vocabulary,
        biased);
  }

  /** Writes a mask that shows the first places and hides the others. */
  public static void show(MemorySegment mask, int shown) {
    long count = mask.byteSize() / Float.BYTES;
    for (long place = 0; place < count; place++) {
      mask.setAtIndex(JAVA_FLOAT, place, place < shown ? 0 : MASKED_SCORE);
    }
  }

  /** Writes an integer of a type that ids have. */
  public static void putId(MemorySegment ids, ElementType type, long place, long id) {
    if (type == ElementType.INT64) {
      ids.setAtIndex(JAVA_LONG, place, id);
    } else {
      ids.setAtIndex(JAVA_INT, place, (int) id);
    }
  }

  private static boolean has(List<TensorSpec> tensors, String name) {
    return tensors.stream().anyMatch(tensor -> tensor.name().equals(name));
  }

  private static void require(GraphSpec graph, TensorSpec tensor, Shape shape) {
    if (tensor.type() != ElementType.FLOAT32 || !tensor.shape().equals(shape)) {
      throw refused(graph, tensor + " is not FLOAT32 " + shape);
    }
  }

  private static void requireInteger(GraphSpec graph, TensorSpec tensor, Shape shape) {
    boolean integer = tensor.type() == ElementType.INT32 || tensor.type() == ElementType.INT64;
    if (!integer || !tensor.shape().equals(shape)) {
      throw refused(graph, tensor + " is not INT32 " + shape);
    }
  }

  private static int size(GraphSpec graph, TensorSpec tensor, int axis) {
    long size = axis < tensor.shape().rank() ? tensor.shape().dimension(axis) : 0;
    if (size < 1 || size > Integer.MAX_VALUE) {
      throw refused(graph, tensor + " has no dimension " + axis);
    }
    return (int) size;
  }

  private static BadModelException refused(GraphSpec graph, String why) {
    return new BadModelException(
        "graph " + graph.name() + " is no part of an encoder and decoder for the NPU",
        why,
        "Export the checkpoint with npu4j export and compile it again.");
  }
}
