package io.github.npu4j.family.t5;

import io.github.npu4j.onnx.GraphBuilder;
import io.github.npu4j.onnx.GraphBuilder.Value;
import io.github.npu4j.tensor.ElementType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A T5 as three graphs of open shapes, for CPUs and GPUs: the encoder, the decoder's first step,
 * and its further steps on cached keys and values. Inputs and outputs are named and ordered as
 * Hugging Face Optimum has them, so that its {@code ORTModelForSeq2SeqLM} runs the files.
 *
 * <p>Made for ONNX Runtime: one matrix product where several read the same input, weights stored
 * the way they are multiplied by, the RMS norm in the form that is fused, and position biases
 * looked up by distance in a table, not computed.
 */
final class T5DynamicGraphs {

  static final int OPSET = 17;

  /** Added to the score of what must not be seen; its exponential is 0 beside any real score. */
  private static final float MASKED_SCORE = -1e9f;

  private static final String BATCH = "batch_size";
  private static final String ENCODER = "encoder_sequence_length";
  private static final String DECODER = "decoder_sequence_length";
  private static final String PAST = "past_decoder_sequence_length";
  private static final String PRESENT = PAST + " + " + DECODER;

  /** Optimum's name for the length of a step's logits. */
  private static final String ONE = "1";

  private final T5Checkpoint checkpoint;
  private final T5Config config;
  private final boolean measured;

  T5DynamicGraphs(T5Checkpoint checkpoint) {
    this(checkpoint, false);
  }

  private T5DynamicGraphs(T5Checkpoint checkpoint, boolean measured) {
    this.checkpoint = checkpoint;
    this.config = checkpoint.config();
    this.measured = measured;
  }

  /** Returns the same graphs with the maxima that {@link T5Range} reads for further outputs. */
  static T5DynamicGraphs measured(T5Checkpoint checkpoint) {
    return new T5DynamicGraphs(checkpoint, true);
  }

  /** {@code input_ids, attention_mask -> last_hidden_state}. */
  GraphBuilder encoder() {
    GraphBuilder graph = new GraphBuilder("encoder", OPSET);
    T5Layers layers = new T5Layers(graph, checkpoint, measured);
    Value ids = graph.input("input_ids", ElementType.INT64, BATCH, ENCODER);
    Value mask = graph.input("attention_mask", ElementType.INT64, BATCH, ENCODER);

    graph.scope("encoder/bias");
    Value bias = graph.op("Add", encoderPositions(graph, layers, ids), hidden(graph, mask));
    Value x = layers.embed(ids);
    for (int layer = 0; layer < config.layers().encoder(); layer++) {
      String attention = T5Stack.ENCODER.selfAttention(layer);
      graph.scope("encoder/" + layer + "/attention");
      List<Value> heads =
          layers.heads(
              layers.linears(
                  layers.norm(x, T5Stack.normBefore(attention)), attention, List.of("q", "k", "v")),
              3);
      Value seen = layers.attend(heads.get(0), heads.get(1), heads.get(2), bias);
      x = layers.residual(x, layers.linear(seen, attention + ".o"));
      graph.scope("encoder/" + layer + "/mlp");
      x = feedForward(layers, T5Stack.ENCODER, layer, x);
    }
    graph.scope("encoder");
    Value last = layers.norm(x, T5Stack.ENCODER.finalNorm());
    graph.output("last_hidden_state", last, ElementType.FLOAT32, BATCH, ENCODER, config.width());
    return graph;
  }

  /**
   * {@code encoder_attention_mask, input_ids, encoder_hidden_states -> logits, present.N...}: a
   * first step of any length, which also projects the cross-attention's keys and values.
   */
  GraphBuilder decoder() {
    return new Decoder("decoder").first();
  }

  /**
   * {@code encoder_attention_mask, input_ids, past_key_values.N... -> logits,
   * present.N.decoder...}: steps that follow.
   */
  GraphBuilder decoderWithPast() {
    return new Decoder("decoder_with_past").next();
  }

  /**
   * {@code encoder_attention_mask, input_ids, past_key_values.N..., shortlist.rows ->
   * last_hidden_state, present.N.decoder..., shortlist...}: a step that follows as {@link
   * #decoderWithPast} makes it, with the shortlists of {@link T5Shortlist} in the place of scores.
   *
   * @param name the graph's
   */
  GraphBuilder shortlistStep(String name, ShortlistBounds bounds) {
    return new Decoder(name).shortlist(bounds);
  }

  /** {@code hidden_states -> logits}: the output layer alone, for states of that step. */
  GraphBuilder shortlistScores() {
    GraphBuilder graph = new GraphBuilder("scores", OPSET);
    Value states =
        graph.input("hidden_states", ElementType.FLOAT32, BATCH, DECODER, config.width());
    Value logits = scores(graph, states);
    graph.output("logits", logits, ElementType.FLOAT32, BATCH, DECODER, config.vocabulary());
    return graph;
  }

  /**
   * Adds the output layer, whose weight is multiplied by as the checkpoint stores it: so a tied one
   * is in the file, and in memory, once. ONNX's MatMul has no transposed operand; ONNX Runtime's
   * own, which its optimizer makes too, has.
   */
  private Value scores(GraphBuilder graph, Value last) {
    String name = checkpoint.outputLayer();
    Value weight = graph.weight(name, checkpoint.weight(name));
    return graph
        .node("FusedMatMul", last, weight)
        .domain("com.microsoft")
        .with("transB", 1)
        .output();
  }

  private static Value feedForward(T5Layers layers, T5Stack stack, int layer, Value x) {
    String block = stack.feedForward(layer);
    Value made = layers.feedForward(layers.norm(x, T5Stack.normBefore(block)), block);
    return layers.residual(x, made);
  }

  /** Looks up the bias of each key for each query: {@code [1, heads, positions, positions]}. */
  private Value encoderPositions(GraphBuilder graph, T5Layers layers, Value ids) {
    int far = config.attention().maximumDistance();
    T5PositionBias positions = T5PositionBias.of(checkpoint, T5Stack.ENCODER);
    Value table = layers.biases("encoder.position_bias", positions.range(-far, far));
    Value length = length(graph, ids, 1);
    Value range = range(graph, graph.integer(0), length);
    Value keys = graph.op("Unsqueeze", range, graph.integers(0));
    Value queries = graph.op("Unsqueeze", range, graph.integers(1));
    Value relative =
        graph.op("Clip", graph.op("Sub", keys, queries), graph.integer(-far), graph.integer(far));
    return lookUp(graph, table, graph.op("Add", relative, graph.integer(far)));
  }

  private static Value lookUp(GraphBuilder graph, Value table, Value index) {
    Value found = graph.node("Gather", table, index).with("axis", 1).output();
    return graph.op("Unsqueeze", found, graph.integers(0));
  }

  /** Returns one length of a tensor, without axes. */
  private static Value length(GraphBuilder graph, Value tensor, int axis) {
    Value shape = graph.node("Shape", tensor).with("start", axis).with("end", axis + 1).output();
    return graph.op("Squeeze", shape, graph.integers(0));
  }

  private static Value range(GraphBuilder graph, Value from, Value to) {
    return graph.op("Range", from, to, graph.integer(1));
  }

  /** Turns a mask of 1 and 0 into what is added to scores: {@code [batch, 1, 1, positions]}. */
  private static Value hidden(GraphBuilder graph, Value mask) {
    Value real = graph.cast(mask, ElementType.FLOAT32);
    Value missing = graph.op("Sub", graph.number(1), real);
    Value added = graph.op("Mul", missing, graph.number(MASKED_SCORE));
    return graph.op("Unsqueeze", added, graph.integers(1, 2));
  }

  /** What a block's attention reads and leaves behind. */
  private record KeyValue(Value key, Value value) {}

  /** One of the decoder's two graphs, being built. */
  private final class Decoder {

    private final GraphBuilder graph;
    private final T5Layers layers;
    private final Value encoderMask;
    private final Value ids;

    Decoder(String name) {
      graph = new GraphBuilder(name, OPSET);
      layers = new T5Layers(graph, checkpoint, measured);
      encoderMask = graph.input("encoder_attention_mask", ElementType.INT64, BATCH, ENCODER);
      ids = graph.input("input_ids", ElementType.INT64, BATCH, DECODER);
    }

    GraphBuilder first() {
      Value states =
          graph.input("encoder_hidden_states", ElementType.FLOAT32, BATCH, ENCODER, config.width());
      List<KeyValue> self = new ArrayList<>();
      List<KeyValue> cross = new ArrayList<>();
      for (int layer = 0; layer < config.layers().decoder(); layer++) {
        String attention = T5Stack.DECODER.crossAttention(layer);
        graph.scope("decoder/" + layer + "/cross");
        List<Value> heads = layers.heads(layers.linears(states, attention, List.of("k", "v")), 2);
        cross.add(new KeyValue(heads.get(0), heads.get(1)));
      }
      Value logits = scores(graph, run(graph.integer(0), null, cross, self));
      graph.output("logits", logits, ElementType.FLOAT32, BATCH, DECODER, config.vocabulary());
      for (int layer = 0; layer < config.layers().decoder(); layer++) {
        present(layer, "decoder", self.get(layer), PRESENT);
        present(layer, "encoder", cross.get(layer), ENCODER);
      }
      return graph;
    }

    GraphBuilder next() {
      List<KeyValue> self = new ArrayList<>();
      Value logits = scores(graph, step(self));
      graph.output("logits", logits, ElementType.FLOAT32, BATCH, ONE, config.vocabulary());
      present(self);
      return graph;
    }

    GraphBuilder shortlist(ShortlistBounds bounds) {
      List<KeyValue> self = new ArrayList<>();
      Value last = step(self);
      graph.output("last_hidden_state", last, ElementType.FLOAT32, BATCH, ONE, config.width());
      present(self);
      new T5Shortlist(graph, checkpoint, bounds).add(last);
      return graph;
    }

    /** Adds all blocks on cached keys and values. */
    private Value step(List<KeyValue> self) {
      List<KeyValue> past = new ArrayList<>();
      List<KeyValue> cross = new ArrayList<>();
      for (int layer = 0; layer < config.layers().decoder(); layer++) {
        past.add(cached(layer, "decoder", PAST));
        cross.add(cached(layer, "encoder", ENCODER));
      }
      graph.scope("decoder/bias");
      return run(length(graph, past.getFirst().key, 2), past, cross, self);
    }

    private void present(List<KeyValue> self) {
      for (int layer = 0; layer < config.layers().decoder(); layer++) {
        present(layer, "decoder", self.get(layer), PRESENT);
      }
    }

    private KeyValue cached(int layer, String of, String length) {
      String name = "past_key_values." + layer + "." + of;
      return new KeyValue(input(name + ".key", length), input(name + ".value", length));
    }

    private Value input(String name, String length) {
      return graph.input(
          name,
          ElementType.FLOAT32,
          BATCH,
          config.attention().heads(),
          length,
          config.attention().headWidth());
    }

    private void present(int layer, String of, KeyValue made, String length) {
      String name = "present." + layer + "." + of;
      output(name + ".key", made.key, length);
      output(name + ".value", made.value, length);
    }

    private void output(String name, Value value, String length) {
      graph.output(
          name,
          value,
          ElementType.FLOAT32,
          BATCH,
          config.attention().heads(),
          length,
          config.attention().headWidth());
    }

    /**
     * Adds all blocks and the norm after the last.
     *
     * @param before how many positions are cached
     * @param past the cached keys and values of each block, or {@code null}
     * @param self where each block's keys and values go
     */
    private Value run(
        Value before, @Nullable List<KeyValue> past, List<KeyValue> cross, List<KeyValue> self) {
      graph.scope("decoder/bias");
      Value bias = positions(before);
      Value crossBias = hidden(graph, encoderMask);
      Value x = layers.embed(ids);
      for (int layer = 0; layer < config.layers().decoder(); layer++) {
        KeyValue cached = past == null ? null : past.get(layer);
        x = selfAttention(layer, x, cached, bias, self);
        x = crossAttention(layer, x, cross.get(layer), crossBias);
        graph.scope("decoder/" + layer + "/mlp");
        x = feedForward(layers, T5Stack.DECODER, layer, x);
      }
      graph.scope("decoder");
      float factor = config.output().scaled() ? (float) Math.pow(config.width(), -0.5) : 1;
      return layers.norm(x, T5Stack.DECODER.finalNorm(), factor);
    }

    private Value selfAttention(
        int layer, Value x, @Nullable KeyValue past, Value bias, List<KeyValue> self) {
      String attention = T5Stack.DECODER.selfAttention(layer);
      graph.scope("decoder/" + layer + "/self");
      List<Value> heads =
          layers.heads(
              layers.linears(
                  layers.norm(x, T5Stack.normBefore(attention)), attention, List.of("q", "k", "v")),
              3);
      KeyValue all =
          past == null
              ? new KeyValue(heads.get(1), heads.get(2))
              : new KeyValue(after(past.key, heads.get(1)), after(past.value, heads.get(2)));
      self.add(all);
      Value seen = layers.attend(heads.get(0), all.key, all.value, bias);
      return layers.residual(x, layers.linear(seen, attention + ".o"));
    }

    private Value crossAttention(int layer, Value x, KeyValue cross, Value bias) {
      String attention = T5Stack.DECODER.crossAttention(layer);
      graph.scope("decoder/" + layer + "/cross");
      Value projected =
          layers.linear(layers.norm(x, T5Stack.normBefore(attention)), attention + ".q");
      Value query = layers.heads(projected, 1).getFirst();
      Value seen = layers.attend(query, cross.key, cross.value, bias);
      return layers.residual(x, layers.linear(seen, attention + ".o"));
    }

    private Value after(Value past, Value added) {
      return graph.node("Concat", past, added).with("axis", 2).output();
    }

    /**
     * Looks up the bias of each key for each query: {@code [1, heads, new, all]}. The table begins
     * with distance -1, which stands for all positions to come and hides them.
     */
    private Value positions(Value before) {
      int far = config.attention().maximumDistance();
      int heads = config.attention().heads();
      T5PositionBias positions = T5PositionBias.of(checkpoint, T5Stack.DECODER);
      float[] table = new float[heads * (far + 2)];
      for (int head = 0; head < heads; head++) {
        table[head * (far + 2)] = MASKED_SCORE;
        for (int distance = 0; distance <= far; distance++) {
          table[head * (far + 2) + 1 + distance] = positions.at(head, -distance);
        }
      }
      Value all = graph.op("Add", before, length(graph, ids, 1));
      Value queries = graph.op("Unsqueeze", range(graph, before, all), graph.integers(1));
      Value keys = graph.op("Unsqueeze", range(graph, graph.integer(0), all), graph.integers(0));
      Value distance =
          graph.op("Clip", graph.op("Sub", queries, keys), graph.integer(-1), graph.integer(far));
      Value index = graph.op("Add", distance, graph.integer(1));
      return lookUp(graph, layers.biases("decoder.position_bias", table), index);
    }
  }
}
