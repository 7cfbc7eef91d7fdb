package io.github.npu4j.parity;

import io.github.npu4j.onnx.Dimension;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.onnx.ValueInfo;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Sizes of a model's open dimensions, as something that was made of it has them. */
final class InputShapes {

  private InputShapes() {}

  /**
   * Returns the sizes of open dimensions by place, {@code input:axis}, as {@link
   * io.github.npu4j.onnx.StaticShapes} takes them.
   *
   * @param known static shapes of some of the model's inputs
   */
  static Map<String, Long> dimensions(OnnxModel model, Map<String, Shape> known) {
    Map<String, Long> sizes = new LinkedHashMap<>();
    for (ValueInfo input : model.graph().requiredInputs()) {
      Shape shape = known.getOrDefault(input.name(), Shape.of());
      List<Dimension> dimensions = dimensions(input, shape);
      for (int axis = 0; axis < dimensions.size(); axis++) {
        if (!(dimensions.get(axis) instanceof Dimension.Fixed)) {
          sizes.put(input.name() + ":" + axis, shape.dimension(axis));
        }
      }
    }
    return sizes;
  }

  /**
   * Returns a static shape for each input of a model. What nothing tells, since a compiler left out
   * an input that has no part in the outputs, has the size 1.
   *
   * @param known the inputs that are known to be static
   */
  static Map<String, Shape> all(OnnxModel model, List<TensorSpec> known) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    known.forEach(input -> shapes.put(input.name(), input.shape()));
    Map<String, Long> symbols = new HashMap<>();
    for (ValueInfo input : model.graph().requiredInputs()) {
      Shape shape = shapes.getOrDefault(input.name(), Shape.of());
      List<Dimension> dimensions = dimensions(input, shape);
      for (int axis = 0; axis < dimensions.size(); axis++) {
        if (dimensions.get(axis) instanceof Dimension.Symbol(String name)) {
          symbols.putIfAbsent(name, shape.dimension(axis));
        }
      }
    }
    for (ValueInfo input : model.graph().requiredInputs()) {
      shapes.computeIfAbsent(input.name(), _ -> shape(input, symbols));
    }
    return shapes;
  }

  private static Shape shape(ValueInfo input, Map<String, Long> symbols) {
    List<Dimension> dimensions = input.dimensions();
    return dimensions == null
        ? Shape.of()
        : Shape.of(
            dimensions.stream()
                .mapToLong(dimension ->
                    switch (dimension) {
                      case Dimension.Fixed(long size) -> size;
                      case Dimension.Symbol(String name) -> symbols.getOrDefault(name, 1L);
                      case Dimension.Open() -> 1;
                    })
                .toArray());
  }

  /** Returns an input's dimensions if it can have the shape, else none. */
  private static List<Dimension> dimensions(ValueInfo input, Shape known) {
    List<Dimension> dimensions = input.dimensions();
    return dimensions == null || known.rank() != dimensions.size() ? List.of() : dimensions;
  }
}
