package io.github.npu4j.family.bert;

import io.github.npu4j.onnx.OnnxConstant;
import io.github.npu4j.onnx.OnnxNode;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Small forms that exporters write the same again and again, looked for from their last value
 * backwards. What is not there is an {@link PatternMismatch}.
 */
final class GraphPattern {

  private static final double TOLERANCE = 1e-6;

  /** What an exporter adds to a score so that nothing is left of it; -10000 at the least. */
  private static final float LEAST_MASK = -1e4f;

  private final GraphConstants graph;

  GraphPattern(GraphConstants graph) {
    this.graph = graph;
  }

  /** The two inputs of a node, one of which is a constant. */
  record Sided(String constant, String other) {}

  /** The input that masks tokens, and what is added to the score of one that is masked out. */
  record Mask(String input, float maskedOut) {}

  void require(boolean condition, String difference) throws PatternMismatch {
    if (!condition) {
      throw new PatternMismatch(difference);
    }
  }

  /** Returns whether a value is made by ONNX's own operator of a type. */
  boolean is(String type, String value) {
    OnnxNode operation = graph.links().producer(value);
    return operation != null && operation.is(type);
  }

  /** Returns the node that makes a value, which must be of a type and have all its inputs. */
  OnnxNode maker(String type, String value) throws PatternMismatch {
    OnnxNode operation = graph.links().producer(value);
    if (operation == null || !operation.is(type)) {
      throw new PatternMismatch(value + " is not made by " + type);
    }
    int inputs =
        switch (type) {
          case "Sqrt", "Softmax", "ReduceMean", "Transpose", "Cast", "Erf", "Shape", "Unsqueeze" ->
              1;
          case "Slice" -> 5;
          default -> 2;
        };
    require(operation.inputs().size() >= inputs, value + " is made of less");
    return operation;
  }

  /** Returns an attribute that is one integer. */
  long integer(OnnxNode operation, String attribute, long absent) {
    return operation.integer(attribute, absent);
  }

  /** Returns a matrix of floats. */
  TensorSpec matrix(String value) throws PatternMismatch {
    return constant(value, 2);
  }

  /** Returns a vector of floats. */
  TensorSpec vector(String value) throws PatternMismatch {
    return constant(value, 1);
  }

  private TensorSpec constant(String value, int rank) throws PatternMismatch {
    TensorSpec spec = graph.constant(value).isPresent() ? graph.spec(value) : null;
    if (spec == null || spec.type() != ElementType.FLOAT32 || spec.shape().rank() != rank) {
      throw new PatternMismatch(value + " is no constant of " + rank + " dimensions");
    }
    return spec;
  }

  /** Returns the one float of a constant. */
  float scalar(String value) throws PatternMismatch {
    OnnxConstant constant = constant(value, ElementType.FLOAT32);
    require(constant.shape().elements() == 1, value + " is no constant number");
    return constant.floats()[0];
  }

  private long[] integers(String value) throws PatternMismatch {
    return constant(value, ElementType.INT64).integers();
  }

  private OnnxConstant constant(String value, ElementType type) throws PatternMismatch {
    return graph
        .constant(value)
        .filter(constant -> constant.type().orElseThrow() == type)
        .orElseThrow(() -> new PatternMismatch(value + " is no constant of " + type));
  }

  /** Returns the one integer of a constant. */
  private long whole(String value) throws PatternMismatch {
    long[] values = integers(value);
    require(values.length == 1, value + " is not one integer");
    return values[0];
  }

  /** Returns the sides of a node that takes a constant, on whichever side. */
  Sided withConstant(String type, String value) throws PatternMismatch {
    OnnxNode operation = maker(type, value);
    String first = operation.inputs().get(0);
    String second = operation.inputs().get(1);
    if (graph.constant(first).isPresent()) {
      return new Sided(first, second);
    }
    require(graph.constant(second).isPresent(), value + " is made without a constant");
    return new Sided(second, first);
  }

  /** Returns the {@code count} summands of a sum, in any order. */
  List<String> summands(String value, int count) throws PatternMismatch {
    List<String> found = new ArrayList<>(List.of(value));
    for (int i = 0; i < found.size(); i++) {
      while (is("Add", found.get(i))) {
        OnnxNode sum = maker("Add", found.get(i));
        found.set(i, sum.inputs().get(0));
        found.add(sum.inputs().get(1));
        require(found.size() <= count, value + " is a longer sum");
      }
    }
    require(found.size() == count, value + " is a shorter sum");
    return found;
  }

  /** Returns what a value is the mean of, along the last axis. */
  String meanOf(String value) throws PatternMismatch {
    OnnxNode mean = maker("ReduceMean", value);
    List<Long> axes =
        mean.inputs().size() > 1
            ? boxed(integers(mean.inputs().get(1)))
            : boxed(mean.integers("axes"));
    require(
        axes.equals(List.of(-1L)) && integer(mean, "keepdims", 1) == 1, value + " is another mean");
    return mean.inputs().getFirst();
  }

  /** Returns what a value is the transposition of. */
  String transposed(String value, long... order) throws PatternMismatch {
    OnnxNode transpose = maker("Transpose", value);
    require(Arrays.equals(order, transpose.integers("perm")), value + " is transposed otherwise");
    return transpose.inputs().getFirst();
  }

  /** Returns what GELU was taken of, in its exact form with the error function. */
  String gelu(String value) throws PatternMismatch {
    Sided half = withConstant("Mul", value);
    require(scalar(half.constant()) == 0.5f, value + " is no GELU");
    OnnxNode product = maker("Mul", half.other());
    for (int side = 0; side < 2; side++) {
      String raised = product.inputs().get(side);
      String input = product.inputs().get(1 - side);
      if (is("Add", raised) && input.equals(errorFunctionOf(raised))) {
        return input;
      }
    }
    throw new PatternMismatch(value + " is no GELU");
  }

  /** Returns x of {@code erf(x / sqrt(2)) + 1}, or {@code null}. */
  private @Nullable String errorFunctionOf(String value) throws PatternMismatch {
    OnnxNode sum = maker("Add", value);
    for (int side = 0; side < 2; side++) {
      String erf = sum.inputs().get(side);
      String one = sum.inputs().get(1 - side);
      if (is("Erf", erf) && graph.constant(one).isPresent() && scalar(one) == 1) {
        OnnxNode quotient = maker("Div", maker("Erf", erf).inputs().getFirst());
        boolean right = Math.abs(scalar(quotient.inputs().get(1)) - Math.sqrt(2)) < TOLERANCE;
        return right ? quotient.inputs().get(0) : null;
      }
    }
    return null;
  }

  /**
   * Reads {@code (1 - mask) * constant}, with the mask of a batch widened for heads and queries.
   */
  Mask mask(String value) throws PatternMismatch {
    Sided scaled = withConstant("Mul", value);
    float maskedOut = scalar(scaled.constant());
    require(maskedOut <= LEAST_MASK, value + " masks by little");
    OnnxNode difference = maker("Sub", scaled.other());
    require(scalar(difference.inputs().get(0)) == 1, value + " is no mask");
    OnnxNode cast = maker("Cast", difference.inputs().get(1));
    require(integer(cast, "to", 0) == 1, value + " is not cast to floats");
    List<Long> axes = new ArrayList<>();
    String input = cast.inputs().getFirst();
    while (is("Unsqueeze", input)) {
      OnnxNode widened = maker("Unsqueeze", input);
      axes.addAll(0, axes(widened));
      input = widened.inputs().getFirst();
    }
    require(axes.equals(List.of(1L, 2L)), value + " is a mask for something else");
    return new Mask(input, maskedOut);
  }

  private List<Long> axes(OnnxNode operation) throws PatternMismatch {
    return operation.inputs().size() > 1
        ? boxed(integers(operation.inputs().get(1)))
        : boxed(operation.integers("axes"));
  }

  /**
   * Reads a shape of which the first dimensions are those of a value.
   *
   * @param value the shape
   * @param source whose dimensions come first
   * @param open how many of them
   * @return the other dimensions
   */
  List<Long> openShape(String value, String source, int open) throws PatternMismatch {
    List<Long> tail = new ArrayList<>();
    if (graph.constant(value).isPresent()) {
      long[] constant = integers(value);
      for (int axis = 0; axis < constant.length; axis++) {
        if (axis < open) {
          require(constant[axis] == 0, value + " fixes dimension " + axis);
        } else {
          tail.add(constant[axis]);
        }
      }
      return tail;
    }
    List<String> parts = maker("Concat", value).inputs();
    for (int axis = 0; axis < parts.size(); axis++) {
      if (axis < open) {
        requireDimension(parts.get(axis), source, axis);
      } else {
        tail.add(whole(parts.get(axis)));
      }
    }
    return tail;
  }

  private void requireDimension(String value, String source, int axis) throws PatternMismatch {
    OnnxNode unsqueezed = maker("Unsqueeze", value);
    require(axes(unsqueezed).equals(List.of(0L)), value + " is no dimension");
    OnnxNode taken = maker("Gather", unsqueezed.inputs().getFirst());
    require(whole(taken.inputs().get(1)) == axis, value + " is another dimension");
    OnnxNode shape = maker("Shape", taken.inputs().get(0));
    require(shape.inputs().getFirst().equals(source), value + " is a dimension of something else");
  }

  /**
   * Checks that a value is the numbers from 0 on, as many as a text has tokens.
   *
   * @param ids the input of tokens
   * @param most how many there may be
   */
  void requireCounting(String value, String ids, long most) throws PatternMismatch {
    OnnxNode slice = maker("Slice", value);
    long[] numbers = integers(slice.inputs().get(0));
    Shape shape = graph.spec(slice.inputs().get(0)).shape();
    require(shape.equals(Shape.of(1, numbers.length)), value + " is not one row");
    require(numbers.length <= most, value + " counts further than there are positions");
    for (int i = 0; i < numbers.length; i++) {
      require(numbers[i] == i, value + " does not count");
    }
    require(
        whole(slice.inputs().get(1)) == 0
            && whole(slice.inputs().get(3)) == 1
            && whole(slice.inputs().get(4)) == 1,
        value + " is another slice");
    requireDimension(slice.inputs().get(2), ids, 1);
  }

  private static List<Long> boxed(long[] values) {
    List<Long> boxed = new ArrayList<>();
    for (long value : values) {
      boxed.add(value);
    }
    return boxed;
  }
}
