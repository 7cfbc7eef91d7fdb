package io.github.npu4j.family.t5;

import io.github.npu4j.checkpoint.Weight;
import io.github.npu4j.family.decoder.StaticDecoder;
import io.github.npu4j.onnx.GraphBuilder;
import io.github.npu4j.onnx.GraphBuilder.Value;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * A T5 as two graphs of static shapes, made for HTP: the encoder, which also projects the keys and
 * values of every cross-attention, and one step of the decoder. Any CPU runs them too.
 *
 * <p>HTP computes in float16, whose numbers end at 65,504 and whose small ones fade out at 6e-8. So
 * the RMS norm squares what was made smaller first, GELU is written so that an overflow on the way
 * gives the right limit, masks are finite, and {@link T5Scaling} keeps what adds up from layer to
 * layer within the range. Position biases are computed here; the decoder's row of them is an input,
 * as are both masks and all keys and values, so that a step depends on nothing but its inputs.
 */
final class T5StaticGraphs {

  /** The first that has the RMS norm. */
  private static final int OPSET = 23;

  /** Twice the square root of 2/π: GELU's tanh approximation is x times the logistic of 2z. */
  private static final float GELU_RANGE = 1.5957692f;

  /** {@link #GELU_RANGE} times 0.044715. */
  private static final float GELU_CUBE = 0.071354814f;

  /**
   * How far from 0 an exponential is computed. HTP's Exp of less than -88 is no small number but
   * any, down to minus infinity; this far out it is 0 or infinite in float16 anyway.
   */
  private static final float EXP_RANGE = 60;

  private final T5Checkpoint checkpoint;
  private final T5Config config;
  private final T5Scaling scaling;

  T5StaticGraphs(T5Checkpoint checkpoint, T5Scaling scaling) {
    this.checkpoint = checkpoint;
    this.config = checkpoint.config();
    this.scaling = scaling;
  }

  /**
   * {@code input_ids [1,S] int32, mask [1,1,1,S] -> cross.N.key, cross.N.value [1,H,S,K]} of each
   * layer N of the decoder.
   *
   * @param positions S, how many tokens it takes
   */
  GraphBuilder encoder(int positions) {
    return new Encoder(positions).build();
  }

  /**
   * {@code token [1,1] int32, position_bias [1,H,1,L+1], self_mask [1,1,1,L+1], cross_mask
   * [1,1,1,S], self.N.key, self.N.value [1,H,L,K], cross.N.key, cross.N.value [1,H,S,K] -> logits
   * [1,1,V], new.N.key, new.N.value [1,H,1,K]}. The token's own key and value are attended to in
   * the last place, after the L slots.
   *
   * @param positions S, how many tokens the encoder takes
   * @param slots L, how many earlier tokens the decoder can see
   */
  GraphBuilder decoder(int positions, int slots) {
    return new Decoder(positions, slots).build();
  }

  /** Returns the decoder's position biases by distance, {@code [heads, slots]}. */
  float[] decoderBias(int slots) {
    T5PositionBias biases = T5PositionBias.of(checkpoint, T5Stack.DECODER);
    float[] table = new float[config.attention().heads() * slots];
    for (int head = 0; head < config.attention().heads(); head++) {
      for (int distance = 0; distance < slots; distance++) {
        table[head * slots + distance] = biases.at(head, -distance);
      }
    }
    return table;
  }

  /** What both graphs are made of. */
  private abstract class Form {

    final GraphBuilder graph;
    final T5Layers layers;
    final int positions;
    final float residual;

    Form(String name, T5Stack stack, int positions) {
      this.residual = scaling.residual(stack);
      this.graph = new GraphBuilder(name, OPSET);
      this.layers = new T5Layers(graph, checkpoint);
      this.positions = positions;
    }

    /** Declares a mask, a summand of scores: 0, or {@link StaticDecoder#MASKED_SCORE}. */
    final Value mask(String name, int length) {
      return graph.input(name, ElementType.FLOAT32, 1, 1, 1, length);
    }

    final Value input(String name, int length) {
      return graph.input(
          name,
          ElementType.FLOAT32,
          1,
          config.attention().heads(),
          length,
          config.attention().headWidth());
    }

    final void output(String name, Value value, int length) {
      graph.output(
          name,
          value,
          ElementType.FLOAT32,
          1,
          config.attention().heads(),
          length,
          config.attention().headWidth());
    }

    final Value norm(Value x, String name) {
      return norm(x, name, 1);
    }

    /**
     * Adds an RMS norm whose result is multiplied by a number. Of a residual stream that was made
     * smaller it makes the same, for the epsilon is made smaller as the squares are.
     */
    final Value norm(Value x, String name, float factor) {
      Weight weight = checkpoint.weight(name);
      Value scale = graph.weight(name, factor == 1 ? weight : weight.scaled(factor));
      return graph
          .node("RMSNormalization", x, scale)
          .with("axis", -1)
          .with("epsilon", config.epsilon() * residual * residual)
          .output();
    }

    /** Adds what an attention has made of a block's input to that input. */
    final Value attended(Value x, Value heads, int length, String attention) {
      Value turned =
          length == 1
              ? heads // of one position, turning changes nothing
              : graph.node("Transpose", heads).withAll("perm", 0, 2, 1, 3).output();
      Value joined = graph.op("Reshape", turned, graph.integers(1, -1, config.attention().width()));
      return graph.op("Add", x, layers.linear(joined, attention + ".o", residual));
    }

    /** Projects and splits into heads: {@code [1, heads, length, headWidth]}. */
    final Value heads(Value x, int length, String projection) {
      Value projected = layers.linear(x, projection);
      if (length == 1) {
        Value shape =
            graph.integers(1, config.attention().heads(), 1, config.attention().headWidth());
        return graph.op("Reshape", projected, shape);
      }
      // No length in the constant, so that the graph can be made for another.
      Value shape =
          graph.integers(1, -1, config.attention().heads(), config.attention().headWidth());
      Value split = graph.op("Reshape", projected, shape);
      return graph.node("Transpose", split).withAll("perm", 0, 2, 1, 3).output();
    }

    final Value attend(Value query, Value key, Value value, Value bias) {
      Value turned = graph.node("Transpose", key).withAll("perm", 0, 1, 3, 2).output();
      Value scores = graph.op("Add", graph.op("MatMul", query, turned), bias);
      Value shares = graph.node("Softmax", scores).with("axis", -1).output();
      return graph.op("MatMul", shares, value);
    }

    final Value feedForward(Value x, String block) {
      Value normed = norm(x, T5Stack.normBefore(block));
      List<String> up = T5Stack.up(config);
      float within = scaling.hidden(block);
      boolean gated = config.feedForward().gated();
      Value hidden =
          activate(layers.linear(normed, block + "." + up.getFirst(), gated ? 1 : within));
      if (gated) {
        hidden = graph.op("Mul", hidden, layers.linear(normed, block + "." + up.getLast(), within));
      }
      return graph.op("Add", x, layers.linear(hidden, block + ".wo", residual / within));
    }

    private Value activate(Value x) {
      return switch (config.feedForward().activation()) {
        case RELU -> graph.op("Relu", x);
        case SILU -> logistic(x, graph.op("Neg", x));
        case GELU -> graph.node("Gelu", x).domain("com.microsoft").output();
        case GELU_TANH -> {
          Value cubic = graph.op("Mul", graph.op("Mul", x, x), graph.number(-GELU_CUBE));
          Value slope = graph.op("Add", cubic, graph.number(-GELU_RANGE));
          yield logistic(x, graph.op("Mul", x, slope));
        }
      };
    }

    /**
     * Multiplies by the logistic function: x / (1 + exp(-z)). An infinite z, which comes of an x
     * beyond 256 in float16, makes x or 0 of it, as it should. These four operators take the
     * emulator a hundredth of the time that a Sigmoid takes.
     */
    private Value logistic(Value x, Value minusZ) {
      Value bounded = graph.op("Clip", minusZ, graph.number(-EXP_RANGE), graph.number(EXP_RANGE));
      Value power = graph.op("Exp", bounded);
      return graph.op("Div", x, graph.op("Add", power, graph.number(1)));
    }
  }

  private final class Encoder extends Form {

    Encoder(int positions) {
      super("encoder", T5Stack.ENCODER, positions);
    }

    GraphBuilder build() {
      Value ids = graph.input(StaticDecoder.IDS, ElementType.INT32, 1, positions);
      Value mask = mask(StaticDecoder.MASK, positions);
      graph.scope("encoder");
      Value bias = graph.op("Add", positionBias(), mask);
      Value x = layers.embed(ids, residual);
      for (int layer = 0; layer < config.layers().encoder(); layer++) {
        String attention = T5Stack.ENCODER.selfAttention(layer);
        graph.scope("encoder/" + layer + "/attention");
        Value normed = norm(x, T5Stack.normBefore(attention));
        Value seen =
            attend(
                heads(normed, positions, attention + ".q"),
                heads(normed, positions, attention + ".k"),
                heads(normed, positions, attention + ".v"),
                bias);
        x = attended(x, seen, positions, attention);
        graph.scope("encoder/" + layer + "/mlp");
        x = feedForward(x, T5Stack.ENCODER.feedForward(layer));
      }
      graph.scope("encoder");
      Value states = norm(x, T5Stack.ENCODER.finalNorm());
      for (int layer = 0; layer < config.layers().decoder(); layer++) {
        String attention = T5Stack.DECODER.crossAttention(layer);
        graph.scope("cross/" + layer);
        for (String part : List.of("key", "value")) {
          Value made = heads(states, positions, attention + "." + part.charAt(0));
          output(T5Buckets.cross(layer, part), made, positions);
        }
      }
      return graph;
    }

    /** The bias of each key for each query: {@code [1, heads, positions, positions]}. */
    private Value positionBias() {
      T5PositionBias biases = T5PositionBias.of(checkpoint, T5Stack.ENCODER);
      float[] table = new float[config.attention().heads() * positions * positions];
      int at = 0;
      for (int head = 0; head < config.attention().heads(); head++) {
        for (int query = 0; query < positions; query++) {
          for (int key = 0; key < positions; key++) {
            table[at++] = biases.at(head, key - query);
          }
        }
      }
      return graph.numbers(
          T5Buckets.ENCODER_BIAS,
          table,
          Shape.of(1, config.attention().heads(), positions, positions));
    }
  }

  private final class Decoder extends Form {

    private final int slots;

    Decoder(int positions, int slots) {
      super("decoder", T5Stack.DECODER, positions);
      this.slots = slots;
    }

    GraphBuilder build() {
      Value token = graph.input(StaticDecoder.TOKEN, ElementType.INT32, 1, 1);
      Value row =
          graph.input(
              StaticDecoder.POSITION_BIAS,
              ElementType.FLOAT32,
              1,
              config.attention().heads(),
              1,
              slots + 1);
      Value selfMask = mask(StaticDecoder.SELF_MASK, slots + 1);
      Value crossMask = mask(StaticDecoder.CROSS_MASK, positions);
      List<Value> self = inputs("self", slots);
      List<Value> cross = inputs("cross", positions);
      graph.scope("decoder");
      Value bias = graph.op("Add", row, selfMask);
      Value x = layers.embed(token, residual);
      List<Value> made = new ArrayList<>();
      for (int layer = 0; layer < config.layers().decoder(); layer++) {
        x = selfAttention(x, layer, self, bias, made);
        String attention = T5Stack.DECODER.crossAttention(layer);
        graph.scope("decoder/" + layer + "/cross");
        Value query = heads(norm(x, T5Stack.normBefore(attention)), 1, attention + ".q");
        Value seen = attend(query, cross.get(2 * layer), cross.get(2 * layer + 1), crossMask);
        x = attended(x, seen, 1, attention);
        graph.scope("decoder/" + layer + "/mlp");
        x = feedForward(x, T5Stack.DECODER.feedForward(layer));
      }
      graph.scope("decoder");
      float factor = config.output().scaled() ? (float) Math.pow(config.width(), -0.5) : 1;
      Value last = norm(x, T5Stack.DECODER.finalNorm(), factor);
      Value logits = layers.linear(last, T5Checkpoint.OUTPUT);
      graph.output(StaticDecoder.LOGITS, logits, ElementType.FLOAT32, 1, 1, config.vocabulary());
      for (int layer = 0; layer < config.layers().decoder(); layer++) {
        output(StaticDecoder.NEW + layer + ".key", made.get(2 * layer), 1);
        output(StaticDecoder.NEW + layer + ".value", made.get(2 * layer + 1), 1);
      }
      return graph;
    }

    /** Declares a key and a value for each layer, in this order. */
    private List<Value> inputs(String of, int length) {
      List<Value> inputs = new ArrayList<>();
      for (int layer = 0; layer < config.layers().decoder(); layer++) {
        inputs.add(input(of + "." + layer + ".key", length));
        inputs.add(input(of + "." + layer + ".value", length));
      }
      return inputs;
    }

    private Value selfAttention(
        Value x, int layer, List<Value> past, Value bias, List<Value> made) {
      String attention = T5Stack.DECODER.selfAttention(layer);
      graph.scope("decoder/" + layer + "/self");
      Value normed = norm(x, T5Stack.normBefore(attention));
      Value key = heads(normed, 1, attention + ".k");
      Value value = heads(normed, 1, attention + ".v");
      made.add(key);
      made.add(value);
      Value keys = graph.node("Concat", past.get(2 * layer), key).with("axis", 2).output();
      Value values = graph.node("Concat", past.get(2 * layer + 1), value).with("axis", 2).output();
      Value seen = attend(heads(normed, 1, attention + ".q"), keys, values, bias);
      return attended(x, seen, 1, attention);
    }
  }
}
