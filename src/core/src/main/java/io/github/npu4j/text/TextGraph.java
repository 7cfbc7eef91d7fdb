package io.github.npu4j.text;

import io.github.npu4j.engine.GraphSpec;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.family.TextInput;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * One graph of an embedding model: which of its tensors is what.
 *
 * <p>Inputs are known by their names ({@link TextInput}).
 *
 * @param name the graph's name
 * @param ids the token ids, {@code batch x length}
 * @param mask one for each token that counts
 * @param types the segment of each token
 * @param positions the place of each token
 * @param output the hidden states, {@code batch x length x dimensions}, or vectors that are pooled
 *     already, {@code batch x dimensions}
 */
record TextGraph(
    String name,
    TensorSpec ids,
    Optional<TensorSpec> mask,
    Optional<TensorSpec> types,
    Optional<TensorSpec> positions,
    TensorSpec output) {

  /**
   * Finds out which tensor is what.
   *
   * @param output chooses the output that is used
   * @throws BadModelException if the graph is not one of an embedding model
   */
  static TextGraph of(GraphSpec graph, Function<List<TensorSpec>, TensorSpec> output) {
    List<TensorSpec> left = new ArrayList<>(graph.inputs());
    Optional<TensorSpec> ids = take(left, TextInput.IDS);
    Optional<TensorSpec> mask = take(left, TextInput.MASK);
    Optional<TensorSpec> types = take(left, TextInput.TYPES);
    Optional<TensorSpec> positions = take(left, TextInput.POSITIONS);
    if (ids.isEmpty() || !left.isEmpty()) {
      throw refused(graph, "its inputs are " + names(graph.inputs()));
    }
    for (TensorSpec input : graph.inputs()) {
      long batch = input.shape().rank() == 2 ? input.shape().dimension(0) : 0;
      if (batch != 1 && batch != Shape.DYNAMIC) {
        throw refused(graph, "input " + input + " is not one text or a batch of any size");
      }
    }
    return new TextGraph(
        graph.name(), ids.get(), mask, types, positions, output.apply(graph.outputs()));
  }

  /** Returns the number of tokens the graph was made for, or {@link Shape#DYNAMIC}. */
  long length() {
    return ids.shape().dimension(1);
  }

  /** Returns whether the graph takes several texts at once. */
  boolean takesBatches() {
    return ids.shape().dimension(0) == Shape.DYNAMIC;
  }

  /** Returns whether the output is one vector a text, so that nothing is left to pool. */
  boolean isPooled() {
    return output.shape().rank() == 2;
  }

  /** Returns the shapes to bind {@code batch} texts of {@code length} tokens. */
  Map<String, Shape> inputShapes(int batch, int length) {
    Map<String, Shape> shapes = new HashMap<>();
    Shape shape = Shape.of(batch, length);
    shapes.put(ids.name(), shape);
    mask.ifPresent(input -> shapes.put(input.name(), shape));
    types.ifPresent(input -> shapes.put(input.name(), shape));
    positions.ifPresent(input -> shapes.put(input.name(), shape));
    return shapes;
  }

  private static Optional<TensorSpec> take(List<TensorSpec> left, TextInput wanted) {
    for (TensorSpec input : left) {
      if (wanted.isNamed(input.name())) {
        left.remove(input);
        return Optional.of(input);
      }
    }
    return Optional.empty();
  }

  private static String names(List<TensorSpec> tensors) {
    return String.join(", ", tensors.stream().map(TensorSpec::toString).toList());
  }

  private static BadModelException refused(GraphSpec graph, String why) {
    return new BadModelException(
        "graph " + graph.name() + " is not one of a text embedding model",
        why,
        "Use a model with the inputs input_ids, attention_mask and perhaps token_type_ids, of shape"
            + " batch x length.");
  }
}
