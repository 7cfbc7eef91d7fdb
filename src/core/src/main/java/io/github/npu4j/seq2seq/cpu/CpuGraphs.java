package io.github.npu4j.seq2seq.cpu;

import io.github.npu4j.engine.GraphSpec;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * What the three graphs of the CPU form take and give, by the names of Optimum's export of an
 * encoder and a decoder without and with past.
 *
 * @param encoder turns ids into hidden states
 * @param first takes the hidden states and the start token, gives every layer's keys and values
 * @param step takes a token and the keys and values of the tokens before it
 * @param selfTensors the names of the decoder's own keys and values, as {@code 0.decoder.key}
 * @param crossTensors the names of the keys and values of the text, as {@code 0.encoder.key}
 * @param heads attention heads
 * @param keySize values of one key in one head
 * @param vocabulary how many tokens have a score
 * @param listed how many tokens a step's shortlist has; 0 if a step gives all scores
 * @param type the type of keys and values
 */
record CpuGraphs(
    GraphSpec encoder,
    GraphSpec first,
    GraphSpec step,
    List<String> selfTensors,
    List<String> crossTensors,
    int heads,
    int keySize,
    int vocabulary,
    int listed,
    ElementType type) {

  static final String IDS = "input_ids";
  static final String MASK = "attention_mask";
  static final String TEXT_MASK = "encoder_attention_mask";
  static final String TEXT_STATES = "encoder_hidden_states";
  static final String STATES = "last_hidden_state";
  static final String LOGITS = "logits";
  static final String PAST = "past_key_values.";
  static final String PRESENT = "present.";

  /**
   * Finds out the sizes.
   *
   * @throws BadModelException if the graphs are not an encoder and a decoder that fit together
   */
  static CpuGraphs of(GraphSpec encoder, GraphSpec first, GraphSpec step) {
    requireInputs(encoder, List.of(IDS, MASK));
    requireInputs(first, List.of(IDS, TEXT_MASK, TEXT_STATES));
    boolean lists = has(step.inputs(), CpuShortlists.ROWS);
    requireInputs(
        step, lists ? List.of(IDS, TEXT_MASK, CpuShortlists.ROWS) : List.of(IDS, TEXT_MASK));
    List<String> self = new ArrayList<>();
    List<String> cross = new ArrayList<>();
    for (TensorSpec input : step.inputs()) {
      if (input.name().startsWith(PAST)) {
        String tensor = input.name().substring(PAST.length());
        (tensor.contains(".encoder.") ? cross : self).add(tensor);
      }
    }
    if (self.isEmpty() || self.size() != cross.size()) {
      throw refused(step, "it has " + self.size() + " and " + cross.size() + " keys and values");
    }
    TensorSpec key = step.input(PAST + self.getFirst());
    for (String tensor : self) {
      requireKey(step, step.input(PAST + tensor), key);
      requireOutput(first, PRESENT + tensor);
      requireOutput(step, PRESENT + tensor);
    }
    for (String tensor : cross) {
      requireKey(step, step.input(PAST + tensor), key);
      requireOutput(first, PRESENT + tensor);
    }
    TensorSpec logits = requireOutput(first, LOGITS);
    requireScores(first, logits);
    requireOutput(encoder, STATES);
    int listed = 0;
    if (lists) {
      requireOutput(step, STATES);
      listed = known(step, requireOutput(step, CpuShortlists.TOKENS), 2);
      for (String list :
          List.of(CpuShortlists.SCORES, CpuShortlists.OTHERS, CpuShortlists.MARGIN)) {
        requireScores(step, requireOutput(step, list));
      }
    } else {
      requireScores(step, requireOutput(step, LOGITS));
    }
    return new CpuGraphs(
        encoder,
        first,
        step,
        List.copyOf(self),
        List.copyOf(cross),
        known(step, key, 1),
        known(step, key, 3),
        known(first, logits, 2),
        listed,
        key.type());
  }

  /** Returns the shape of keys or values. */
  Shape keyShape(int rows, int length) {
    return Shape.of(rows, heads, length, keySize);
  }

  /** Returns the bytes of keys or values. */
  long keyBytes(long rows, long length) {
    return type.byteSize(rows * heads * length * keySize);
  }

  /** Returns the length of a hidden state. */
  int width() {
    return known(first, first.input(TEXT_STATES), 2);
  }

  private static boolean has(List<TensorSpec> tensors, String name) {
    return tensors.stream().anyMatch(tensor -> tensor.name().equals(name));
  }

  private static void requireScores(GraphSpec graph, TensorSpec scores) {
    if (scores.shape().rank() != 3 || scores.type() != ElementType.FLOAT32) {
      throw refused(graph, "its scores are " + scores);
    }
  }

  private static void requireInputs(GraphSpec graph, List<String> names) {
    List<String> has = graph.inputs().stream().map(TensorSpec::name).toList();
    for (String name : names) {
      if (!has.contains(name)) {
        throw refused(graph, "it has no input " + name + "; its inputs are " + has);
      }
    }
    for (String name : has) {
      if (!names.contains(name) && !name.startsWith(PAST)) {
        throw refused(graph, "its input " + name + " is unknown");
      }
    }
  }

  private static TensorSpec requireOutput(GraphSpec graph, String name) {
    return graph.outputs().stream()
        .filter(output -> output.name().equals(name))
        .findFirst()
        .orElseThrow(() -> refused(graph, "it has no output " + name));
  }

  private static void requireKey(GraphSpec graph, TensorSpec tensor, TensorSpec first) {
    boolean like =
        tensor.shape().rank() == 4
            && tensor.type() == first.type()
            && tensor.shape().dimension(1) == first.shape().dimension(1)
            && tensor.shape().dimension(3) == first.shape().dimension(3);
    if (!like) {
      throw refused(graph, tensor + " is not like " + first);
    }
  }

  private static int known(GraphSpec graph, TensorSpec tensor, int axis) {
    long size = tensor.shape().dimension(axis);
    if (size < 1 || size > Integer.MAX_VALUE) {
      throw refused(graph, "dimension " + axis + " of " + tensor + " is not known");
    }
    return (int) size;
  }

  private static BadModelException refused(GraphSpec graph, String why) {
    return new BadModelException(
        "graph " + graph.name() + " is no part of an encoder and decoder",
        why,
        "Export the checkpoint with npu4j export, or with Optimum's text2text-generation-with-past"
            + " task.");
  }
}
