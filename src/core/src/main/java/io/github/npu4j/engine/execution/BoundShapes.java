package io.github.npu4j.engine.execution;

import io.github.npu4j.engine.GraphSpec;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The shapes of one binding: the inputs' as the caller gives them, the outputs' as far as the names
 * of the dynamic dimensions tell.
 *
 * @param inputs the inputs with static shapes
 * @param outputs the outputs; a dimension that no input names stays dynamic
 */
public record BoundShapes(List<TensorSpec> inputs, List<TensorSpec> outputs) {

  /** Knows the names of dynamic dimensions: one name an axis, empty where it has none. */
  public interface DimensionNames {
    /** For models whose dimensions are all static or have no names. */
    DimensionNames NONE = tensor -> List.of();

    List<String> of(String tensor);

    /** Returns whether a name can stand for one size everywhere; {@code ?} can't. */
    static boolean isWord(String name) {
      return name.codePoints().anyMatch(Character::isLetter);
    }
  }

  /**
   * Resolves the shapes of a binding.
   *
   * @throws BadInputException if a shape is missing, dynamic, not acceptable, or at odds with
   *     another
   */
  public static BoundShapes resolve(
      GraphSpec graph, Map<String, Shape> given, DimensionNames names) {
    for (String name : given.keySet()) {
      graph.input(name);
    }
    Map<String, Long> sizes = new HashMap<>();
    Set<String> meaningless = new HashSet<>();
    List<TensorSpec> inputs = new ArrayList<>();
    for (TensorSpec input : graph.inputs()) {
      Shape shape = inputShape(graph, input, given.get(input.name()));
      inputs.add(input.withShape(shape));
      addMeaningless(meaningless, names.of(input.name()), input.shape(), shape);
    }
    for (int i = 0; i < inputs.size(); i++) {
      TensorSpec declared = graph.inputs().get(i);
      List<String> known =
          names.of(declared.name()).stream()
              .map(name -> meaningless.contains(name) ? "" : name)
              .toList();
      learn(graph, sizes, known, declared.shape(), inputs.get(i).shape());
    }
    List<TensorSpec> outputs = new ArrayList<>();
    for (TensorSpec output : graph.outputs()) {
      outputs.add(output.withShape(apply(sizes, names.of(output.name()), output.shape())));
    }
    return new BoundShapes(inputs, outputs);
  }

  private static Shape inputShape(GraphSpec graph, TensorSpec input, @Nullable Shape given) {
    if (given == null) {
      if (!input.shape().isStatic()) {
        throw new BadInputException(
            "graph " + graph.name() + " needs a shape for input " + input.name(),
            "its declared shape is " + input.shape(),
            "Pass a static shape for it to bind.");
      }
      return input.shape();
    }
    if (!input.shape().accepts(given)) {
      throw new BadInputException(
          "input " + input.name() + " can't have the shape " + given,
          "graph " + graph.name() + " declares " + input.shape(),
          "Pass a static shape that agrees with it.");
    }
    return given;
  }

  /**
   * Adds the names that tell nothing of a size: those of no word, as Paddle writes {@code ?} for
   * whatever is open, and those that stand for two sizes within one input.
   */
  private static void addMeaningless(
      Set<String> meaningless, List<String> names, Shape declared, Shape actual) {
    Map<String, Long> own = new HashMap<>();
    for (int axis = 0; axis < names.size(); axis++) {
      String name = names.get(axis);
      if (declared.dimension(axis) != Shape.DYNAMIC) {
        continue;
      }
      Long before = own.putIfAbsent(name, actual.dimension(axis));
      if (!DimensionNames.isWord(name) || (before != null && before != actual.dimension(axis))) {
        meaningless.add(name);
      }
    }
  }

  private static void learn(
      GraphSpec graph, Map<String, Long> sizes, List<String> names, Shape declared, Shape actual) {
    for (int axis = 0; axis < names.size(); axis++) {
      String name = names.get(axis);
      if (declared.dimension(axis) != Shape.DYNAMIC || name.isEmpty()) {
        continue;
      }
      Long before = sizes.putIfAbsent(name, actual.dimension(axis));
      if (before != null && before != actual.dimension(axis)) {
        throw new BadInputException(
            "the shapes given to graph " + graph.name() + " disagree",
            "dimension "
                + name
                + " is "
                + before
                + " in one input and "
                + actual.dimension(axis)
                + " in another",
            "Give every input the same " + name + ".");
      }
    }
  }

  private static Shape apply(Map<String, Long> sizes, List<String> names, Shape declared) {
    long[] dimensions = declared.toArray();
    for (int axis = 0; axis < names.size(); axis++) {
      if (dimensions[axis] == Shape.DYNAMIC) {
        dimensions[axis] = sizes.getOrDefault(names.get(axis), Shape.DYNAMIC);
      }
    }
    return Shape.of(dimensions);
  }
}
