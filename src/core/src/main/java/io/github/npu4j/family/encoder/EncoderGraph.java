package io.github.npu4j.family.encoder;

import io.github.npu4j.checkpoint.Weight;
import io.github.npu4j.onnx.GraphBuilder;
import io.github.npu4j.onnx.GraphBuilder.Value;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;

/**
 * An encoder built like BERT, as an ONNX graph of open shapes: {@code input_ids, attention_mask[,
 * token_type_ids] [batch, length] int64 -> last_hidden_state [batch, length, width]} and, with a
 * head, {@code logits}. Embeddings, then layers of self-attention and feed-forward, each followed
 * by the sum with its input and a layer norm (Devlin et al. 2018, section 3).
 *
 * <p>Made for the CPU and for HTP, which compiles it with static shapes: the mask is finite, the
 * attention's scale is in the query's weights, norms and GELU are one operator each, and no shape
 * depends on a value of the input.
 */
public final class EncoderGraph {

  /** The first version of ONNX's operators that has GELU. */
  private static final int OPSET = 20;

  /**
   * What is added to the score of a token that does not count: its share is 0 in float32 and in
   * float16, and the sum stays far within the range of both.
   */
  private static final float MASKED_SCORE = -1000;

  private static final String BATCH = "batch_size";
  private static final String LENGTH = "sequence_length";

  private final GraphBuilder graph;
  private final EncoderNames names;
  private final EncoderSizes sizes;
  private final EncoderWeights weights;

  private EncoderGraph(EncoderNames names, EncoderSizes sizes, EncoderWeights weights) {
    this.graph = new GraphBuilder("encoder", OPSET);
    this.names = names;
    this.sizes = sizes;
    this.weights = weights;
  }

  /** Adds what a checkpoint has behind its encoder. */
  @FunctionalInterface
  public interface Head {
    /** Adds nothing. */
    Head NONE = (_, _) -> {};

    /**
     * Adds the head and declares its output.
     *
     * @param hidden {@code [batch, length, width]}
     */
    void add(EncoderGraph graph, Value hidden);
  }

  /**
   * Returns the graph, which reads its weights when it is written.
   *
   * @throws io.github.npu4j.error.BadModelException if a weight is missing or has another shape
   */
  static GraphBuilder of(
      EncoderNames names, EncoderSizes sizes, EncoderWeights weights, Head head) {
    EncoderGraph built = new EncoderGraph(names, sizes, weights);
    Value hidden = built.encoder();
    built.graph.output(
        "last_hidden_state", hidden, ElementType.FLOAT32, BATCH, LENGTH, sizes.width());
    built.graph.scope("head");
    head.add(built, hidden);
    return built.graph;
  }

  private Value encoder() {
    Value ids = graph.input("input_ids", ElementType.INT64, BATCH, LENGTH);
    Value mask = graph.input("attention_mask", ElementType.INT64, BATCH, LENGTH);
    graph.scope("embeddings");
    Value x = embed(ids);
    Value hiding = hiding(mask);
    for (int layer = 0; layer < sizes.layers(); layer++) {
      EncoderNames.Attention attention = names.attention();
      graph.scope("layer." + layer + "/attention");
      Value attended = inner(attend(x, hiding, layer), names.of(layer, attention.joined()));
      x = norm(graph.op("Add", attended, x), weights.encoder(names.of(layer, attention.norm())));
      EncoderNames.FeedForward block = names.feedForward();
      graph.scope("layer." + layer + "/mlp");
      String up = weights.encoder(names.of(layer, block.up()));
      String down = weights.encoder(names.of(layer, block.down()));
      Value wide = activate(linear(x, up, width(), sizes.hidden(), 1));
      Value back = linear(wide, down, sizes.hidden(), width(), 1);
      x = norm(graph.op("Add", back, x), weights.encoder(names.of(layer, block.norm())));
    }
    return x;
  }

  private Value embed(Value ids) {
    EncoderNames.Embeddings tables = names.embeddings();
    Value sum = graph.op("Gather", table(tables.words(), sizes.vocabulary()), ids);
    Value length = graph.node("Shape", ids).with("start", 1).with("end", 2).output();
    Value positions = table(tables.positions(), sizes.positions());
    Value rows = graph.op("Slice", positions, graph.integers(0), length, graph.integers(0));
    sum = graph.op("Add", sum, rows);
    if (tables.types().isPresent()) {
      Value types = graph.input("token_type_ids", ElementType.INT64, BATCH, LENGTH);
      sum =
          graph.op(
              "Add", sum, graph.op("Gather", table(tables.types().get(), sizes.types()), types));
    }
    return norm(sum, weights.encoder(tables.norm()));
  }

  private Value table(String name, int rows) {
    String weight = weights.encoder(name) + ".weight";
    return graph.weight(weight, weights.of(weight, Shape.of(rows, width())));
  }

  /** Turns a mask of 1 and 0 into what is added to scores: {@code [batch, 1, 1, length]}. */
  private Value hiding(Value mask) {
    Value missing = graph.op("Sub", graph.number(1), graph.cast(mask, ElementType.FLOAT32));
    Value added = graph.op("Mul", missing, graph.number(MASKED_SCORE));
    return graph.op("Unsqueeze", added, graph.integers(1, 2));
  }

  private Value attend(Value x, Value hiding, int layer) {
    EncoderNames.Attention attention = names.attention();
    float scale = (float) (1 / Math.sqrt((double) width() / sizes.heads()));
    String query = weights.encoder(names.of(layer, attention.query()));
    Value queries = turned(split(linear(x, query, width(), width(), scale)), 0, 2, 1, 3);
    Value keys = turned(split(inner(x, names.of(layer, attention.key()))), 0, 2, 3, 1);
    Value values = turned(split(inner(x, names.of(layer, attention.value()))), 0, 2, 1, 3);
    Value scores = graph.op("Add", graph.op("MatMul", queries, keys), hiding);
    Value shares = graph.node("Softmax", scores).with("axis", -1).output();
    Value joined = turned(graph.op("MatMul", shares, values), 0, 2, 1, 3);
    return graph.op("Reshape", joined, graph.integers(0, 0, width()));
  }

  private Value split(Value x) {
    return graph.op("Reshape", x, graph.integers(0, 0, sizes.heads(), width() / sizes.heads()));
  }

  private Value turned(Value x, long... axes) {
    return graph.node("Transpose", x).withAll("perm", axes).output();
  }

  /** A linear layer of the encoder that keeps the width. */
  private Value inner(Value x, String name) {
    return linear(x, weights.encoder(name), width(), width(), 1);
  }

  /** Adds a linear layer whose answer is multiplied by a number, which its weights take in. */
  private Value linear(Value x, String name, int in, int out, float scale) {
    String matrix = name + ".weight";
    String bias = name + ".bias";
    Weight factors = scaled(weights.of(matrix, Shape.of(out, in)), scale);
    Value weight = graph.weight(matrix, factors.transposed());
    Value summand = graph.weight(bias, scaled(weights.of(bias, Shape.of(out)), scale));
    return graph.op("Add", graph.op("MatMul", x, weight), summand);
  }

  private static Weight scaled(Weight weight, float scale) {
    return scale == 1 ? weight : weight.scaled(scale);
  }

  /** Returns the encoder's width. */
  public int width() {
    return sizes.width();
  }

  /** Returns the graph, for what only one family's head has. */
  public GraphBuilder graph() {
    return graph;
  }

  /**
   * Adds a linear layer of a head.
   *
   * @param x {@code [..., width]}
   * @param name the full name
   * @param out the size of the new last axis
   */
  public Value linear(Value x, String name, int out) {
    return linear(x, name, width(), out, 1);
  }

  /**
   * Adds a layer norm over the last axis.
   *
   * @param name the full name
   */
  public Value norm(Value x, String name) {
    Shape shape = Shape.of(width());
    Value factors = graph.weight(name + ".weight", weights.of(name + ".weight", shape));
    Value summands = graph.weight(name + ".bias", weights.of(name + ".bias", shape));
    return graph
        .node("LayerNormalization", x, factors, summands)
        .with("axis", -1)
        .with("epsilon", sizes.epsilon())
        .output();
  }

  /** Adds the feed-forward blocks' activation. */
  public Value activate(Value x) {
    return switch (sizes.activation()) {
      case RELU -> graph.op("Relu", x);
      case GELU -> graph.op("Gelu", x);
      case GELU_TANH -> graph.node("Gelu", x).with("approximate", "tanh").output();
    };
  }

  /** Returns the vector of each text's first token: {@code [batch, width]}. */
  public Value first(Value hidden) {
    return graph.node("Gather", hidden, graph.integer(0)).with("axis", 1).output();
  }

  /**
   * Adds the scores of all tokens and declares them as {@code logits [batch, length, vocabulary]}.
   * The matrix is a checkpoint's own one, or where it has none the table of token embeddings.
   *
   * @param bias the full name of what is added
   * @param own the full name of the matrix
   */
  public void tokenLogits(Value x, String bias, String own) {
    Shape shape = Shape.of(sizes.vocabulary(), width());
    String name = weights.has(own) ? own : weights.encoder(names.embeddings().words()) + ".weight";
    Value matrix = graph.weight("logits.weight", weights.of(name, shape).transposed());
    Value summand = graph.weight(bias, weights.of(bias, Shape.of(sizes.vocabulary())));
    Value logits = graph.op("Add", graph.op("MatMul", x, matrix), summand);
    graph.output("logits", logits, ElementType.FLOAT32, BATCH, LENGTH, sizes.vocabulary());
  }

  /**
   * Declares the scores of classes: {@code logits [batch, labels]} of whole texts, {@code [batch,
   * length, labels]} of each token.
   */
  public void classLogits(Value logits, int labels, boolean ofTokens) {
    if (ofTokens) {
      graph.output("logits", logits, ElementType.FLOAT32, BATCH, LENGTH, labels);
    } else {
      graph.output("logits", logits, ElementType.FLOAT32, BATCH, labels);
    }
  }
}
