package io.github.npu4j.family.bert;

import io.github.npu4j.family.bert.BertEncoder.Embeddings;
import io.github.npu4j.family.bert.BertEncoder.Layer;
import io.github.npu4j.family.bert.BertEncoder.Linear;
import io.github.npu4j.family.bert.BertEncoder.Norm;
import io.github.npu4j.onnx.Dimension;
import io.github.npu4j.onnx.OnnxNode;
import io.github.npu4j.onnx.ValueInfo;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.TensorSpec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Recognises a BERT encoder in a graph as PyTorch's exporter writes it, node by node from the
 * output to the inputs. What differs in any node is another model, and is left alone.
 */
final class BertReader {

  private static final double TOLERANCE = 1e-6;

  private final GraphPattern pattern;
  private final List<ValueInfo> inputs;

  /** What all layers have in common, as the first that is read says. */
  private int heads;

  private String mask = "";
  private float maskedOut;

  private BertReader(GraphConstants graph) {
    this.pattern = new GraphPattern(graph);
    this.inputs = graph.graph().requiredInputs();
  }

  /**
   * Reads a graph.
   *
   * @throws PatternMismatch if it is not such an encoder; the message says where it differs
   */
  static BertEncoder read(GraphConstants graph) throws PatternMismatch {
    for (ValueInfo output : graph.graph().outputs()) {
      List<Dimension> dimensions = output.dimensions();
      if (dimensions != null && dimensions.size() == 3) {
        return new BertReader(graph).encoder(output.name());
      }
    }
    throw new PatternMismatch("no output of three dimensions");
  }

  private BertEncoder encoder(String output) throws PatternMismatch {
    Deque<Layer> layers = new ArrayDeque<>();
    String value = output;
    Normed normed = normed(value);
    while (isResidual(normed.sum)) {
      Residual fed = residual(normed.sum);
      Transformed up = transformed(pattern.gelu(fed.branch.input));
      pattern.require(up.input.equals(fed.skipped), "a feed-forward beside its residual");
      Normed attended = normed(fed.skipped);
      Residual joined = residual(attended.sum);
      Heads read = heads(joined.branch.input, joined.skipped);
      layers.addFirst(
          new Layer(
              read.query,
              read.key,
              read.value,
              joined.branch.linear,
              attended.norm,
              up.linear,
              fed.branch.linear,
              normed.norm));
      value = joined.skipped;
      normed = normed(value);
    }
    pattern.require(!layers.isEmpty(), "no layers");
    return embedded(output, normed, List.copyOf(layers));
  }

  // ---- embeddings

  private BertEncoder embedded(String output, Normed normed, List<Layer> layers)
      throws PatternMismatch {
    String ids = "";
    String types = "";
    String words = "";
    String segments = "";
    String positions = "";
    String places = "";
    for (String summand : pattern.summands(normed.sum, 3)) {
      OnnxNode gather = pattern.maker("Gather", summand);
      pattern.require(pattern.integer(gather, "axis", 0) == 0, "a Gather on another axis");
      String table = gather.inputs().get(0);
      String index = gather.inputs().get(1);
      pattern.matrix(table);
      if (!isInput(index)) {
        positions = table;
        places = index;
      } else if (index.contains("type") || index.contains("segment")) {
        segments = table;
        types = index;
      } else {
        words = table;
        ids = index;
      }
    }
    pattern.require(
        !words.isEmpty() && !segments.isEmpty() && !positions.isEmpty(), "other embeddings");
    pattern.requireCounting(places, ids, pattern.matrix(positions).shape().dimension(0));
    pattern.require(
        inputs.size() == 3 && isInput(mask) && !mask.equals(ids) && !mask.equals(types),
        "other inputs");
    return new BertEncoder(
        ids,
        mask,
        types,
        output,
        new Embeddings(words, positions, segments, normed.norm),
        heads,
        maskedOut,
        layers);
  }

  /** Returns whether a value is an input of whole numbers with two open dimensions. */
  private boolean isInput(String value) {
    for (ValueInfo input : inputs) {
      List<Dimension> dimensions = input.dimensions();
      if (input.name().equals(value)) {
        return dimensions != null
            && dimensions.size() == 2
            && dimensions.stream().noneMatch(Dimension.Fixed.class::isInstance)
            && input.type().stream()
                .anyMatch(t -> t == ElementType.INT64 || t == ElementType.INT32);
      }
    }
    return false;
  }

  // ---- norms, sums, products

  private record Normed(Norm norm, String sum) {}

  private record Transformed(Linear linear, String input) {}

  private record Residual(Transformed branch, String skipped) {}

  private Normed normed(String value) throws PatternMismatch {
    GraphPattern.Sided shifted = pattern.withConstant("Add", value);
    GraphPattern.Sided scaled = pattern.withConstant("Mul", shifted.other());
    pattern.vector(shifted.constant());
    pattern.vector(scaled.constant());
    OnnxNode quotient = pattern.maker("Div", scaled.other());
    String centred = quotient.inputs().get(0);
    OnnxNode root = pattern.maker("Sqrt", quotient.inputs().get(1));
    GraphPattern.Sided variance = pattern.withConstant("Add", root.inputs().getFirst());
    OnnxNode square = pattern.maker("Pow", pattern.meanOf(variance.other()));
    OnnxNode difference = pattern.maker("Sub", centred);
    String sum = difference.inputs().get(0);
    pattern.require(
        square.inputs().get(0).equals(centred)
            && pattern.scalar(square.inputs().get(1)) == 2
            && pattern.meanOf(difference.inputs().get(1)).equals(sum),
        "another norm");
    return new Normed(
        new Norm(scaled.constant(), shifted.constant(), pattern.scalar(variance.constant())), sum);
  }

  /** Returns whether a value is the sum of a linear layer's answer and something else. */
  private boolean isResidual(String value) {
    try {
      residual(value);
      return true;
    } catch (PatternMismatch notSo) {
      return false;
    }
  }

  private Residual residual(String value) throws PatternMismatch {
    OnnxNode sum = pattern.maker("Add", value);
    String first = sum.inputs().get(0);
    String second = sum.inputs().get(1);
    try {
      return new Residual(transformed(first), second);
    } catch (PatternMismatch notTheFirst) {
      return new Residual(transformed(second), first);
    }
  }

  private Transformed transformed(String value) throws PatternMismatch {
    GraphPattern.Sided sum = pattern.withConstant("Add", value);
    OnnxNode product = pattern.maker("MatMul", sum.other());
    String matrix = product.inputs().get(1);
    TensorSpec spec = pattern.matrix(matrix);
    pattern.require(
        pattern.vector(sum.constant()).shape().dimension(0) == spec.shape().dimension(1),
        "a bias of another length");
    return new Transformed(new Linear(matrix, sum.constant()), product.inputs().get(0));
  }

  // ---- attention

  private record Heads(Linear query, Linear key, Linear value) {}

  private record Split(Linear linear, long heads, long size) {}

  private Heads heads(String joined, String input) throws PatternMismatch {
    OnnxNode flat = pattern.maker("Reshape", joined);
    String inOrder = flat.inputs().get(0);
    OnnxNode weighted = pattern.maker("MatMul", pattern.transposed(inOrder, 0, 2, 1, 3));
    Split value = split(weighted.inputs().get(1), input, 0, 2, 1, 3);
    List<Long> tail = pattern.openShape(flat.inputs().get(1), inOrder, 2);
    pattern.require(tail.equals(List.of(value.heads * value.size)), "heads joined otherwise");
    OnnxNode softmax = pattern.maker("Softmax", weighted.inputs().get(0));
    long axis = pattern.integer(softmax, "axis", -1);
    pattern.require(axis == -1 || axis == 3, "a Softmax on another axis");
    Scores scores = scores(softmax.inputs().getFirst());
    OnnxNode product = pattern.maker("MatMul", scores.product);
    Split query = split(product.inputs().get(0), input, 0, 2, 1, 3);
    Split key = split(product.inputs().get(1), input, 0, 2, 3, 1);
    pattern.require(
        query.heads == value.heads && key.heads == value.heads && query.size == key.size,
        "heads of several kinds");
    pattern.require(query.size == value.size, "heads of several sizes");
    pattern.require(
        Math.abs(scores.scale * Math.sqrt((double) query.size) - 1) < TOLERANCE, "another scale");
    agree((int) value.heads, scores);
    return new Heads(query.linear, key.linear, value.linear);
  }

  private record Scores(String product, double scale, String mask, float maskedOut) {}

  /** Reads scaled scores with the mask added to them. */
  private Scores scores(String value) throws PatternMismatch {
    OnnxNode masked = pattern.maker("Add", value);
    List<String> sides = new ArrayList<>(masked.inputs());
    if (pattern.is("Mul", sides.get(0)) && !pattern.is("Mul", sides.get(1))) {
      sides = sides.reversed(); // the mask comes first
    }
    GraphPattern.Mask found = pattern.mask(sides.get(1));
    if (pattern.is("Div", sides.get(0))) {
      OnnxNode scaled = pattern.maker("Div", sides.get(0));
      double scale = 1 / (double) pattern.scalar(scaled.inputs().get(1));
      return new Scores(scaled.inputs().get(0), scale, found.input(), found.maskedOut());
    }
    GraphPattern.Sided scaled = pattern.withConstant("Mul", sides.get(0));
    return new Scores(
        scaled.other(), pattern.scalar(scaled.constant()), found.input(), found.maskedOut());
  }

  private void agree(int headsHere, Scores scores) throws PatternMismatch {
    if (heads == 0) {
      heads = headsHere;
      mask = scores.mask;
      maskedOut = scores.maskedOut;
    }
    pattern.require(
        heads == headsHere && mask.equals(scores.mask) && maskedOut == scores.maskedOut,
        "layers that differ");
  }

  /** Reads a linear layer of the input, cut into heads. */
  private Split split(String value, String input, long... order) throws PatternMismatch {
    OnnxNode cut = pattern.maker("Reshape", pattern.transposed(value, order));
    Transformed made = transformed(cut.inputs().get(0));
    pattern.require(made.input.equals(input), "attention to something else");
    List<Long> tail = pattern.openShape(cut.inputs().get(1), cut.inputs().get(0), 2);
    pattern.require(tail.size() == 2, "another cut into heads");
    return new Split(made.linear, tail.get(0), tail.get(1));
  }
}
