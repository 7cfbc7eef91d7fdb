package io.github.npu4j.seq2seq.htp;

import io.github.npu4j.engine.GraphSpec;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * What the two static graphs of one bucket take and give, by the names of {@code npu4j export}.
 *
 * @param encoder {@code input_ids [1,S], mask [1,1,1,S] -> cross.N.key, cross.N.value [1,H,S,K]}
 * @param decoder {@code token [1,1], position_bias [1,H,1,L+1], self_mask [1,1,1,L+1], cross_mask
 *     [1,1,1,S], self.N.key, self.N.value [1,H,L,K], cross.N.key, cross.N.value -> logits [1,1,V],
 *     new.N.key, new.N.value [1,H,1,K]}
 * @param tensors the keys and values of the decoder's layers, as {@code 0.key}
 * @param textTokens S, how many tokens a text has
 * @param heads H
 * @param slots L, how many tokens come before the one that a step takes
 * @param keySize K
 * @param vocabulary V
 */
record HtpGraphs(
    GraphSpec encoder,
    GraphSpec decoder,
    List<String> tensors,
    int textTokens,
    int heads,
    int slots,
    int keySize,
    int vocabulary) {

  static final String IDS = "input_ids";
  static final String MASK = "mask";
  static final String TOKEN = "token";
  static final String POSITION_BIAS = "position_bias";
  static final String SELF_MASK = "self_mask";
  static final String CROSS_MASK = "cross_mask";
  static final String LOGITS = "logits";
  static final String SELF = "self.";
  static final String CROSS = "cross.";
  static final String NEW = "new.";

  /** Returns whether a graph is an encoder of this form. */
  static boolean isEncoder(GraphSpec graph) {
    return has(graph.inputs(), IDS) && has(graph.inputs(), MASK);
  }

  /** Returns whether a graph is a decoder of this form. */
  static boolean isDecoder(GraphSpec graph) {
    return has(graph.inputs(), TOKEN) && has(graph.inputs(), CROSS_MASK);
  }

  /** Returns how many tokens of a text an encoder or decoder takes. */
  static int textTokens(GraphSpec graph) {
    String input = isEncoder(graph) ? IDS : CROSS_MASK;
    return size(graph, graph.input(input), graph.input(input).shape().rank() - 1);
  }

  /**
   * Finds out the sizes.
   *
   * @throws BadModelException if the graphs don't fit together
   */
  static HtpGraphs of(GraphSpec encoder, GraphSpec decoder) {
    List<String> tensors = new ArrayList<>();
    for (TensorSpec input : decoder.inputs()) {
      if (input.name().startsWith(SELF) && !input.name().equals(SELF_MASK)) {
        tensors.add(input.name().substring(SELF.length()));
      }
    }
    if (tensors.isEmpty()) {
      throw refused(decoder, "it has no keys and values");
    }
    int textTokens = textTokens(encoder);
    TensorSpec key = decoder.input(SELF + tensors.getFirst());
    int heads = size(decoder, key, 1);
    int slots = size(decoder, key, 2);
    int keySize = size(decoder, key, 3);
    TensorSpec logits = decoder.output(LOGITS);
    int vocabulary = size(decoder, logits, logits.shape().rank() - 1);
    requireInteger(encoder, encoder.input(IDS), Shape.of(1, textTokens));
    require(encoder, encoder.input(MASK), Shape.of(1, 1, 1, textTokens));
    requireInteger(decoder, decoder.input(TOKEN), Shape.of(1, 1));
    require(decoder, decoder.input(POSITION_BIAS), Shape.of(1, heads, 1, slots + 1));
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
    return new HtpGraphs(
        encoder, decoder, List.copyOf(tensors), textTokens, heads, slots, keySize, vocabulary);
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
