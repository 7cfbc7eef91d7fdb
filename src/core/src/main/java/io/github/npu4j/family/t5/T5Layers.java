package io.github.npu4j.family.t5;

import io.github.npu4j.checkpoint.Weight;
import io.github.npu4j.onnx.GraphBuilder;
import io.github.npu4j.onnx.GraphBuilder.Value;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import java.util.Arrays;
import java.util.List;

/**
 * The parts of a T5 that are the same wherever it runs, added to a graph: linear layers out of the
 * checkpoint, activations, heads split and joined.
 */
final class T5Layers {

  /** The square root of 2/π, of GELU's tanh approximation. */
  private static final float GELU_RANGE = 0.7978846f;

  /** The cubic term of GELU's tanh approximation. */
  private static final float GELU_CUBE = 0.044715f;

  private static final float SQUARE_ROOT_OF_2 = 1.4142135f;

  private final GraphBuilder graph;
  private final T5Checkpoint checkpoint;
  private final T5Config config;
  private final boolean measured;
  private int residuals;

  T5Layers(GraphBuilder graph, T5Checkpoint checkpoint) {
    this(graph, checkpoint, false);
  }

  /**
   * Prepares the parts of a graph.
   *
   * @param measured whether {@link #watch} has the graph tell maxima
   */
  T5Layers(GraphBuilder graph, T5Checkpoint checkpoint, boolean measured) {
    this.graph = graph;
    this.checkpoint = checkpoint;
    this.config = checkpoint.config();
    this.measured = measured;
  }

  /** Returns the embeddings of token ids: {@code [..., width]}. */
  Value embed(Value ids) {
    return watchResidual(embed(ids, 1));
  }

  /** Returns the embeddings of token ids, times a number: {@code [..., width]}. */
  Value embed(Value ids, float factor) {
    String name = T5Checkpoint.EMBEDDING;
    return graph.op("Gather", graph.weight(name, scaled(checkpoint.weight(name), factor)), ids);
  }

  /** Multiplies {@code [..., in]} by a linear layer of the checkpoint. */
  Value linear(Value x, String name) {
    return linear(x, name, 1);
  }

  /** Multiplies {@code [..., in]} by a linear layer of the checkpoint and by a number. */
  Value linear(Value x, String name, float factor) {
    return graph.op("MatMul", x, graph.weight(name, scaled(checkpoint.linear(name), factor)));
  }

  private static Weight scaled(Weight weight, float factor) {
    return factor == 1 ? weight : weight.scaled(factor);
  }

  /** Adds something to a residual stream. */
  Value residual(Value x, Value added) {
    return watchResidual(graph.op("Add", x, added));
  }

  private Value watchResidual(Value x) {
    watch(T5Range.RESIDUAL + residuals++, x);
    return x;
  }

  /** Has the graph tell the largest absolute value of a tensor, if it is one that measures. */
  private void watch(String name, Value x) {
    if (measured) {
      Value largest = graph.node("ReduceMax", graph.op("Abs", x)).with("keepdims", 0).output();
      Value row = graph.op("Reshape", largest, graph.integers(1));
      graph.output(T5Range.PREFIX + name, row, ElementType.FLOAT32, 1);
    }
  }

  /**
   * Multiplies by several linear layers of one input at once; their results stand side by side on
   * the last axis.
   *
   * @param block what the layers' names begin with
   */
  Value linears(Value x, String block, List<String> names) {
    if (names.size() == 1) {
      return linear(x, block + "." + names.getFirst());
    }
    List<Weight> parts = names.stream().map(name -> checkpoint.linear(block + "." + name)).toList();
    String joined = block + "." + String.join("_", names);
    return graph.op("MatMul", x, graph.weight(joined, Weight.beside(parts)));
  }

  /** Adds a feed-forward block without its norm and its residual. */
  Value feedForward(Value x, String block) {
    Value up = linears(x, block, T5Stack.up(config));
    Value hidden;
    if (config.feedForward().gated()) {
      Value widths = graph.integers(config.feedForward().width(), config.feedForward().width());
      List<Value> parts = graph.node("Split", up, widths).with("axis", -1).outputs(2);
      watch(T5Range.PROJECTED + block, parts.get(1));
      hidden = graph.op("Mul", activate(parts.get(0)), parts.get(1));
    } else {
      watch(T5Range.PROJECTED + block, up);
      hidden = activate(up);
    }
    watch(T5Range.HIDDEN + block, hidden);
    return linear(hidden, block + ".wo");
  }

  private Value activate(Value x) {
    return switch (config.feedForward().activation()) {
      case RELU -> graph.op("Relu", x);
      case SILU -> graph.op("Mul", x, graph.op("Sigmoid", x));
      case GELU -> {
        Value erf = graph.op("Erf", graph.op("Div", x, graph.number(SQUARE_ROOT_OF_2)));
        Value twice = graph.op("Mul", x, graph.op("Add", erf, graph.number(1)));
        yield graph.op("Mul", twice, graph.number(0.5f));
      }
      case GELU_TANH -> {
        Value cube = graph.op("Mul", graph.op("Pow", x, graph.number(3)), graph.number(GELU_CUBE));
        Value inner = graph.op("Mul", graph.op("Add", x, cube), graph.number(GELU_RANGE));
        Value tanh = graph.op("Add", graph.op("Tanh", inner), graph.number(1));
        yield graph.op("Mul", graph.op("Mul", x, graph.number(0.5f)), tanh);
      }
    };
  }

  /**
   * Splits the last axis into heads.
   *
   * @param x {@code [batch, positions, groups * innerWidth]}
   * @param groups how many projections stand side by side
   * @return for each {@code [batch, heads, positions, headWidth]}
   */
  List<Value> heads(Value x, int groups) {
    Value shape =
        graph.integers(
            0, 0, (long) groups * config.attention().heads(), config.attention().headWidth());
    Value split =
        graph.node("Transpose", graph.op("Reshape", x, shape)).withAll("perm", 0, 2, 1, 3).output();
    if (groups == 1) {
      return List.of(split);
    }
    long[] sizes = new long[groups];
    Arrays.fill(sizes, config.attention().heads());
    return graph.node("Split", split, graph.integers(sizes)).with("axis", 1).outputs(groups);
  }

  /** Joins heads: {@code [batch, heads, positions, headWidth]} to {@code [.., innerWidth]}. */
  Value joined(Value heads) {
    Value turned = graph.node("Transpose", heads).withAll("perm", 0, 2, 1, 3).output();
    return graph.op("Reshape", turned, graph.integers(0, 0, config.attention().width()));
  }

  /**
   * Attends: T5 does not scale its scores.
   *
   * @param bias what is added to the scores, mask included
   * @return {@code [batch, positions, innerWidth]}
   */
  Value attend(Value query, Value key, Value value, Value bias) {
    Value turned = graph.node("Transpose", key).withAll("perm", 0, 1, 3, 2).output();
    Value scores = graph.op("Add", graph.op("MatMul", query, turned), bias);
    Value shares = graph.node("Softmax", scores).with("axis", -1).output();
    return joined(graph.op("MatMul", shares, value));
  }

  /** Adds an RMS norm in the form that ONNX Runtime makes one kernel of. */
  Value norm(Value x, String name) {
    return norm(x, name, 1);
  }

  /** Adds an RMS norm whose result is multiplied by a number. */
  Value norm(Value x, String name, float factor) {
    Value square = graph.op("Pow", x, graph.number(2));
    Value mean = graph.node("ReduceMean", square).withAll("axes", -1).with("keepdims", 1).output();
    Value root = graph.op("Sqrt", graph.op("Add", mean, graph.number(config.epsilon())));
    Weight weight = checkpoint.weight(name);
    Value scale = graph.weight(name, factor == 1 ? weight : weight.scaled(factor));
    return graph.op("Mul", graph.op("Div", x, root), scale);
  }

  /** Returns a weight of the graph that holds position biases, {@code [heads, count]}. */
  Value biases(String name, float[] values) {
    int heads = config.attention().heads();
    return graph.weight(name, Weight.of(values, Shape.of(heads, values.length / heads)));
  }
}
