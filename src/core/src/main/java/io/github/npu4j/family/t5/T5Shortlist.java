package io.github.npu4j.family.t5;

import io.github.npu4j.checkpoint.Weight;
import io.github.npu4j.onnx.GraphBuilder;
import io.github.npu4j.onnx.GraphBuilder.Value;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import java.util.List;

/**
 * Adds to a decoder's step what finds the best next token without the whole of the output layer,
 * which is the largest of a step's weights and is read in each: scores by a copy of it in 8 bits,
 * with the error that each of them can have; the tokens whose scores can be the greatest; and the
 * float32 scores of these few. It is a filter in front of the output layer, not a quantized model.
 *
 * <p><b>Proof.</b> By {@link ShortlistBounds} each token's float32 score is at most its 8-bit score
 * and its error together. The shortlist has the tokens of the greatest such sums, so that {@code
 * others}, the least of theirs, is above the score of every token that is not in it. If one token
 * of the list leads the next one of it and {@code others} by more than {@code margin}, by which two
 * float32 evaluations can differ, it is the one of the greatest score by the full output layer too.
 * If not, which equal scores and anything not finite make sure of, the list proves nothing.
 *
 * <p>S of the first rows get a list: {@code shortlist.tokens [S,1,K] int64, shortlist.scores
 * [S,1,K], shortlist.others [S,1,1], shortlist.margin [S,1,1]}; the input {@code shortlist.rows
 * [1]} says S, which is at least 1: on tensors of no row ONNX Runtime 1.29 fails.
 */
final class T5Shortlist {

  /** K; by then others' bounds are far behind a best token that leads at all. */
  static final int TOKENS = 64;

  /** From this number of weights on, a list takes clearly less time than the output layer. */
  private static final long LEAST_WEIGHTS = 1 << 22;

  private static final String ROWS = "shortlisted";

  private final GraphBuilder graph;
  private final T5Checkpoint checkpoint;
  private final ShortlistBounds bounds;

  T5Shortlist(GraphBuilder graph, T5Checkpoint checkpoint, ShortlistBounds bounds) {
    this.graph = graph;
    this.checkpoint = checkpoint;
    this.bounds = bounds;
  }

  /** Returns whether a model is large enough to be faster with shortlists. */
  static boolean pays(T5Config config) {
    return (long) config.vocabulary() * config.width() >= LEAST_WEIGHTS;
  }

  /**
   * Adds the input and the outputs.
   *
   * @param states {@code [batch, 1, width]}, as the output layer takes them
   */
  void add(Value states) {
    graph.scope("shortlist");
    Value rows = graph.input("shortlist.rows", ElementType.INT64, 1);
    Value from = graph.integers(0);
    Value state = graph.op("Slice", states, from, rows, from);
    Value largest = graph.node("ReduceMax", graph.op("Abs", state)).withAll("axes", -1).output();
    Value unit = graph.op("Div", state, largest);
    Value length = length(unit, largest);
    Value most = graph.op("Add", scores(unit, largest), graph.op("Mul", length, errors()));
    int count = Math.min(TOKENS, checkpoint.config().vocabulary());
    List<Value> best = graph.node("TopK", most, graph.integers(count)).with("axis", -1).outputs(2);
    Value tokens = best.get(1);
    Value others = graph.node("ReduceMin", best.get(0)).withAll("axes", -1).output();
    Value margin = graph.op("Mul", length, graph.number(2 * bounds.scoreError()));

    output("tokens", tokens, ElementType.INT64, count);
    output("scores", exact(state, tokens), ElementType.FLOAT32, count);
    output("others", others, ElementType.FLOAT32, 1);
    output("margin", margin, ElementType.FLOAT32, 1);
  }

  private void output(String name, Value value, ElementType type, int size) {
    graph.output("shortlist." + name, value, type, ROWS, 1, size);
  }

  /** Returns the state's length, and infinity if it is one that nothing can be proved for. */
  private Value length(Value unit, Value largest) {
    Value norm = graph.node("ReduceL2", unit).withAll("axes", -1).output();
    Value length = graph.op("Mul", largest, graph.op("Mul", norm, graph.number(1.001f)));
    Value within =
        graph.op(
            "Clip",
            length,
            graph.number(ShortlistBounds.SHORTEST_STATE),
            graph.number(bounds.longestState()));
    Value provable = graph.op("Equal", length, within);
    return graph.op("Where", provable, length, graph.number(Float.POSITIVE_INFINITY));
  }

  /** Returns the 8-bit scores. */
  private Value scores(Value unit, Value largest) {
    Value scaled = graph.op("Mul", unit, graph.number(ShortlistBounds.HALF_DIGIT));
    Value first = graph.op("Round", scaled);
    Value rest = graph.op("Mul", graph.op("Sub", scaled, first), digit());
    Value digits = graph.node("Concat", first, graph.op("Round", rest)).with("axis", 1).output();
    // Seven bits and eight: two such products fit the 16 bits that some CPUs add them up in.
    Value middle = graph.number(ShortlistBounds.HALF_DIGIT + 1);
    Value bytes = graph.cast(graph.op("Add", digits, middle), ElementType.UINT8);
    Value zero = graph.cast(middle, ElementType.UINT8);
    Weight rounded = checkpoint.linear(checkpoint.outputLayer()).rounded(bounds.scales());
    Value products =
        graph.op("MatMulInteger", bytes, graph.weight("shortlist.weight", rounded), zero);
    Value exact = graph.cast(products, ElementType.FLOAT32);
    float step = 1f / ShortlistBounds.HALF_DIGIT;
    Value steps =
        graph.numbers(new float[] {step, step / ShortlistBounds.DIGIT}, Shape.of(1, 1, 2));
    Value sum = graph.op("MatMul", graph.op("Mul", largest, steps), exact);
    return graph.op("Mul", sum, vector("shortlist.scales", bounds.scales()));
  }

  private Value digit() {
    return graph.number(ShortlistBounds.DIGIT);
  }

  private Value errors() {
    return vector("shortlist.errors", bounds.errors());
  }

  private Value vector(String name, float[] values) {
    return graph.weight(name, Weight.of(values, Shape.of(values.length)));
  }

  /** Returns the float32 scores of the tokens. */
  private Value exact(Value state, Value tokens) {
    String name = checkpoint.outputLayer();
    Value weight = graph.weight(name, checkpoint.weight(name));
    Value some = graph.op("Gather", weight, graph.op("Squeeze", tokens, graph.integers(1)));
    return graph
        .node("FusedMatMul", state, some)
        .domain("com.microsoft")
        .with("transB", 1)
        .output();
  }
}
