package io.github.npu4j.measure;

import io.github.npu4j.engine.GraphSpec;
import io.github.npu4j.engine.Model;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which graph of a model to execute, and the sizes of the dimensions that it leaves open.
 *
 * @param graph the graph's name, or {@code null} for the first that takes the inputs
 * @param given shapes by input
 * @param tokens the size of an open dimension that is not the first, or {@code null}
 */
public record TensorShapes(
    @Nullable String graph, Map<String, Shape> given, @Nullable Integer tokens) {

  /** Short, like most texts that are searched for. */
  private static final int USUAL_TOKENS = 16;

  /** Takes a copy of the map. */
  public TensorShapes {
    given = Map.copyOf(given);
  }

  /** Returns the choice of whoever leaves all to the model: one text of its own length, or 16. */
  public static TensorShapes any() {
    return new TensorShapes(null, Map.of(), null);
  }

  /** Returns a copy in which inputs have the shapes of the arrays that are given for them. */
  public TensorShapes withShapesOf(TensorInputs inputs) {
    Map<String, Shape> shapes = new HashMap<>(given);
    inputs.arrays().forEach((input, array) -> shapes.put(input, array.shape()));
    return new TensorShapes(graph, shapes, tokens);
  }

  /** Returns the graph to execute. */
  GraphSpec graphOf(Model model) {
    if (graph != null) {
      return model.graph(graph);
    }
    List<GraphSpec> graphs = model.graphs().stream().map(model::graph).toList();
    return graphs.stream().filter(this::fits).findFirst().orElse(graphs.getFirst());
  }

  private boolean fits(GraphSpec candidate) {
    for (TensorSpec input : candidate.inputs()) {
      Shape wanted = given.get(input.name());
      if (wanted != null && !input.shape().accepts(wanted)) {
        return false;
      }
      int rank = input.shape().rank();
      if (wanted == null
          && tokens != null
          && rank > 1
          && input.shape().isStatic()
          && input.shape().dimension(rank - 1) < tokens) {
        return false;
      }
    }
    return true;
  }

  /** Returns the static shapes of a graph, by input. */
  static Map<String, Shape> fixed(GraphSpec graph) {
    Map<String, Shape> shapes = new HashMap<>();
    for (TensorSpec input : graph.inputs()) {
      if (input.shape().isStatic()) {
        shapes.put(input.name(), input.shape());
      }
    }
    return shapes;
  }

  /**
   * Returns a static shape for each input that a graph leaves open.
   *
   * @param fixed shapes that graphs of a fixed size have, by input
   */
  Map<String, Shape> of(GraphSpec graph, Map<String, Shape> fixed) {
    Map<String, Shape> shapes = new HashMap<>();
    for (TensorSpec input : graph.inputs()) {
      if (!input.shape().isStatic()) {
        shapes.put(input.name(), shape(input, fixed.get(input.name())));
      } else if (given.containsKey(input.name())) {
        shapes.put(input.name(), given.get(input.name()));
      }
    }
    return shapes;
  }

  private Shape shape(TensorSpec input, @Nullable Shape fixed) {
    Shape wanted = given.get(input.name());
    if (wanted != null) {
      return wanted;
    }
    if (tokens == null && fixed != null && input.shape().accepts(fixed)) {
      return fixed;
    }
    long[] sizes = input.shape().toArray();
    for (int axis = 0; axis < sizes.length; axis++) {
      if (sizes[axis] == Shape.DYNAMIC) {
        sizes[axis] = axis == 0 ? 1 : tokens == null ? USUAL_TOKENS : tokens;
      }
    }
    return Shape.of(sizes);
  }
}
