package io.github.npu4j.onnx.use;

import io.github.npu4j.onnx.Dimension;
import io.github.npu4j.onnx.GraphLinks;
import io.github.npu4j.onnx.OnnxConstant;
import io.github.npu4j.onnx.OnnxGraph;
import io.github.npu4j.onnx.OnnxNode;
import io.github.npu4j.onnx.ValueInfo;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The tables of a model that nodes index, and their sizes as far as the file tells them. */
final class Tables {

  /** Constants of more elements are weights: nothing is shifted by them. */
  private static final long MOST_ELEMENTS = 1 << 20;

  /** Where nothing tells how long a table is: an index of 0 is in every one. */
  private static final long UNKNOWN = 1;

  private static final long OPEN = Shape.DYNAMIC;

  private final OnnxGraph main;
  private final Map<String, long[]> declared = new HashMap<>();
  private final IdentityHashMap<OnnxGraph, GraphLinks> links = new IdentityHashMap<>();

  Tables(OnnxGraph main, Map<String, Shape> shapes) {
    this.main = main;
    main.valueInfos().forEach(this::declare);
    main.inputs().forEach(this::declare);
    main.outputs().forEach(this::declare);
    shapes.forEach((name, shape) -> declared.put(name, shape.toArray()));
  }

  private void declare(ValueInfo value) {
    List<Dimension> dimensions = value.dimensions();
    if (dimensions != null) {
      declared.put(
          value.name(),
          dimensions.stream()
              .mapToLong(d -> d instanceof Dimension.Fixed(long size) ? size : OPEN)
              .toArray());
    }
  }

  /** Returns who makes and reads the values of a graph. */
  GraphLinks links(OnnxGraph graph) {
    return links.computeIfAbsent(graph, OnnxGraph::links);
  }

  /**
   * Returns how many rows a node's table has, if it indexes one by this input; 1 where the file
   * does not tell.
   */
  Optional<Long> indexed(OnnxGraph graph, OnnxNode node, int place) {
    return switch (node.opType() + " " + place) {
      case "Gather 1", "GatherElements 1", "ScatterElements 1", "Scatter 1" ->
          Optional.of(rows(graph, node.input(0), node.integer("axis", 0)));
      case "GatherBlockQuantized 1" ->
          Optional.of(rows(graph, node.input(0), node.integer("gather_axis", 0)));
      case "GatherND 1", "ScatterND 1" ->
          Optional.of(shortest(graph, node.input(0), node.integer("batch_dims", 0)));
      case "OneHot 0" -> Optional.of(depth(graph, node.input(1)));
      case "EmbedLayerNormalization 0", "QEmbedLayerNormalization 0" ->
          Optional.of(rows(graph, node.input(2), 0));
      case "EmbedLayerNormalization 1", "QEmbedLayerNormalization 1" ->
          Optional.of(rows(graph, node.input(4), 0));
      case "EmbedLayerNormalization 8" -> Optional.of(rows(graph, node.input(3), 0));
      case "RotaryEmbedding 1" ->
          node.domain().isEmpty() ? Optional.empty() : Optional.of(rows(graph, node.input(2), 0));
      case "RotaryEmbedding 3" ->
          node.domain().isEmpty() ? Optional.of(rows(graph, node.input(1), 0)) : Optional.empty();
      case "ATen 1" ->
          node.text("operator").equals("embedding")
              ? Optional.of(rows(graph, node.input(0), 0))
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private long rows(OnnxGraph graph, String table, long axis) {
    long[] shape = shape(graph, table);
    if (shape == null || axis < -shape.length || axis >= shape.length) {
      return UNKNOWN;
    }
    return Math.max(UNKNOWN, shape[(int) (axis < 0 ? axis + shape.length : axis)]);
  }

  /** Returns the shortest axis: which of them a tuple of indices has is not looked at. */
  private long shortest(OnnxGraph graph, String table, long from) {
    long[] shape = shape(graph, table);
    return shape == null
        ? UNKNOWN
        : Math.max(UNKNOWN, Arrays.stream(shape).skip(Math.max(0, from)).min().orElse(UNKNOWN));
  }

  private long depth(OnnxGraph graph, String depth) {
    double[] values = values(graph, depth);
    return values == null || values.length == 0 ? UNKNOWN : Math.max(UNKNOWN, (long) values[0]);
  }

  /** Returns a value's shape, {@code -1} for what is open; {@code null} where nothing is known. */
  private long @Nullable [] shape(OnnxGraph graph, String value) {
    String name = value;
    boolean shaped = true;
    // Quantized and converted tables are as long as what they are made from.
    for (int steps = 0; shaped && steps < 8; steps++) {
      Optional<OnnxConstant> constant = constant(graph, name);
      if (constant.isPresent()) {
        return constant.get().shape().toArray();
      }
      if (declared.containsKey(name)) {
        return declared.get(name);
      }
      OnnxNode maker = links(graph).producer(name);
      maker = maker == null ? links(main).producer(name) : maker;
      if (maker != null && maker.is("Transpose")) {
        return transposed(shape(graph, maker.input(0)), maker.integers("perm"));
      }
      shaped =
          maker != null
              && List.of("DequantizeLinear", "QuantizeLinear", "Cast", "Identity", "Relu", "Mul")
                  .contains(maker.opType());
      name = maker == null ? name : maker.input(0);
    }
    return null;
  }

  private static long @Nullable [] transposed(long @Nullable [] shape, long[] order) {
    if (shape == null || (order.length > 0 && order.length != shape.length)) {
      return null;
    }
    long[] turned = new long[shape.length];
    for (int i = 0; i < shape.length; i++) {
      long from = order.length == 0 ? shape.length - 1 - i : order[i];
      if (from < 0 || from >= shape.length) {
        return null;
      }
      turned[i] = shape[(int) from];
    }
    return turned;
  }

  private Optional<OnnxConstant> constant(OnnxGraph graph, String value) {
    Optional<OnnxConstant> own = links(graph).constant(value);
    return own.isPresent() || graph == main ? own : links(main).constant(value);
  }

  /** Returns the elements of a small constant; {@code null} of anything else. */
  double @Nullable [] values(OnnxGraph graph, String value) {
    OnnxNode maker = links(graph).producer(value);
    if (maker != null && (maker.is("Cast") || maker.is("Identity"))) {
      return values(graph, maker.input(0));
    }
    if (maker != null && maker.is("Constant")) {
      double[] scalar = scalar(maker);
      if (scalar.length > 0) {
        return scalar;
      }
    }
    Optional<OnnxConstant> constant = constant(graph, value);
    if (constant.isEmpty()
        || constant.get().type().isEmpty()
        || constant.get().shape().elements() > MOST_ELEMENTS) {
      return null;
    }
    ElementType type = constant.get().type().get();
    if (type == ElementType.FLOAT32) {
      return doubles(constant.get().floats());
    }
    return type.isFloating() || type.bits() < Byte.SIZE
        ? null
        : Arrays.stream(constant.get().integers()).asDoubleStream().toArray();
  }

  private static double[] scalar(OnnxNode constant) {
    List<Double> found = new ArrayList<>();
    constant
        .attribute("value_float")
        .or(() -> constant.attribute("value_floats"))
        .ifPresent(given -> {
          for (float value : given.floats()) {
            found.add((double) value);
          }
        });
    constant
        .attribute("value_int")
        .or(() -> constant.attribute("value_ints"))
        .ifPresent(
            given -> Arrays.stream(given.integers()).forEach(value -> found.add((double) value)));
    return found.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static double[] doubles(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }
}
