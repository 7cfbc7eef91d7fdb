package io.github.npu4j.onnx.use;

import io.github.npu4j.onnx.OnnxGraph;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.onnx.OnnxNode;
import io.github.npu4j.onnx.ValueInfo;
import io.github.npu4j.tensor.Shape;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Follows the inputs of a graph to the nodes that index tables by them ({@code Gather} and its kin)
 * or use them as masks: through what only moves or converts elements, and through sums, differences
 * and products with constants, also into the bodies of control flow.
 */
public final class InputUses {

  /** Their first input's elements come out again, though elsewhere or as another type. */
  private static final Set<String> MOVING =
      Set.of(
          "Cast",
          "CastLike",
          "Identity",
          "Reshape",
          "Unsqueeze",
          "Squeeze",
          "Flatten",
          "Transpose",
          "Expand",
          "Tile",
          "Slice",
          "Split",
          "Gather",
          "GatherElements",
          "GatherND",
          "ReverseSequence",
          "DepthToSpace",
          "SpaceToDepth",
          "Compress",
          "Round",
          "Floor",
          "Ceil",
          "Clip",
          "Relu",
          "ReduceMax",
          "ReduceMin",
          "Optional",
          "OptionalGetElement");

  /** Any of their inputs' elements come out again. */
  private static final Set<String> JOINING = Set.of("Concat", "Max", "Min");

  private static final Set<String> ATTENTION =
      Set.of("Attention", "MultiHeadAttention", "QAttention", "GroupQueryAttention");

  /** A graph in which a value has this many ways to go tells nothing more on the rest of them. */
  private static final int MOST_STEPS = 100_000;

  private final Tables tables;
  private final Set<Step> seen = new HashSet<>();
  private @Nullable ValueRange range;
  private boolean mask;

  private InputUses(Tables tables) {
    this.tables = tables;
  }

  /** A value on its way, and what became of the input's elements: times a factor, plus a shift. */
  private record Step(OnnxGraph graph, String value, Change change) {}

  /**
   * Returns the use of each input that a caller has to give.
   *
   * @param shapes the shapes of inputs that the model leaves open, as far as they are known
   */
  public static Map<String, InputUse> of(OnnxModel model, Map<String, Shape> shapes) {
    OnnxGraph graph = model.graph();
    Tables tables = new Tables(graph, shapes);
    Map<String, InputUse> uses = new LinkedHashMap<>();
    for (ValueInfo input : graph.requiredInputs()) {
      InputUses search = new InputUses(tables);
      search.follow(graph, input.name(), Change.NONE);
      uses.put(input.name(), search.found());
    }
    return uses;
  }

  private InputUse found() {
    if (range != null) {
      return new InputUse.Index(range);
    }
    return mask ? new InputUse.Mask() : new InputUse.Free();
  }

  private void follow(OnnxGraph graph, String value, Change change) {
    if (seen.size() == MOST_STEPS || !seen.add(new Step(graph, value, change))) {
      return;
    }
    for (OnnxNode node : tables.links(graph).consumers(value)) {
      for (int place = 0; place < node.inputs().size(); place++) {
        if (node.input(place).equals(value)) {
          use(graph, node, place, change);
        }
      }
      // A body reads what is outside by the same name.
      node.graphs().forEach(body -> follow(body, value, change));
    }
  }

  private void use(OnnxGraph graph, OnnxNode node, int place, Change change) {
    tables.indexed(graph, node, place).ifPresent(rows -> index(change.before(rows)));
    String type = node.opType();
    boolean moves =
        (place == 0 && MOVING.contains(type))
            || JOINING.contains(type)
            || (place > 0 && type.equals("Where"));
    if (moves) {
      pass(graph, node, change);
    } else if (place < 2 && Change.OPERATORS.contains(type) && node.inputs().size() == 2) {
      double[] constant = tables.values(graph, node.input(1 - place));
      if (constant != null) {
        mask |= type.equals("Sub") && place == 1 && isOne(constant);
        pass(graph, node, change.then(type, place, constant));
      }
    }
    mask |= isMask(graph, node, place);
  }

  private void pass(OnnxGraph graph, OnnxNode node, @Nullable Change change) {
    if (change != null) {
      node.outputs().stream()
          .filter(output -> !output.isEmpty())
          .forEach(output -> follow(graph, output, change));
    }
  }

  private void index(ValueRange table) {
    range = range == null ? table : range.and(table);
  }

  /** Returns whether a node tells elements that count from those that don't by this input. */
  private boolean isMask(OnnxGraph graph, OnnxNode node, int place) {
    return switch (node.opType()) {
      case "Where" -> place == 0;
      case "Not", "And", "Or" -> true;
      case "Equal" -> {
        double[] constant = tables.values(graph, node.input(1 - place));
        yield constant != null && constant.length == 1 && (constant[0] == 0 || constant[0] == 1);
      }
      case "EmbedLayerNormalization" -> place == 7;
      default ->
          ATTENTION.contains(node.opType())
              && !node.domain().isEmpty()
              && (place == 3 || place == 4);
    };
  }

  private static boolean isOne(double[] constant) {
    return constant.length == 1 && constant[0] == 1;
  }
}
