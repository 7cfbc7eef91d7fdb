package io.github.npu4j.onnx;

import io.github.npu4j.store.Progress;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Builds an {@link OnnxGraph} node by node, with names that it makes up. Weights are only promised,
 * and computed when the model is written.
 *
 * <p>Nodes must be added in an order in which each value is made before it is used. For one thread
 * at a time. What a builder is asked that makes no graph throws {@link IllegalArgumentException}:
 * it is a defect of the caller.
 */
public final class GraphBuilder {

  /** From here on, weights get a file of their own; protobuf itself ends at 2 GiB. */
  public static final long MOST_INSIDE = 1_000_000_000;

  /** Smaller weights are not worth a mapping of another model's file. */
  private static final long LEAST_ELSEWHERE = 64 << 10;

  /** Of ONNX 1.12, which opset 17 came with; every ONNX Runtime of the last years reads it. */
  private static final int IR_VERSION = 8;

  /** Of ONNX 1.18, which opset 23 came with. */
  private static final int NEWER_IR_VERSION = 11;

  private static final int LAST_OPSET_OF_IR_8 = 18;

  private final int opset;
  private final OnnxGraph graph;
  private final Map<String, TensorBytes> weights = new HashMap<>();
  private final Map<Constant, Value> known = new HashMap<>();
  private final Map<String, String> outputNames = new HashMap<>();
  private final Map<String, Integer> counts = new HashMap<>();
  private final Set<String> taken = new HashSet<>();
  private String scope = "";

  /** A tensor of the graph, by the name it has while the graph is built. */
  public record Value(String name) {}

  /** What makes two constants one. */
  private record Constant(ElementType type, Shape shape, ByteBuffer elements) {}

  /**
   * Begins an empty graph.
   *
   * @param name the graph's name
   * @param opset the version of ONNX's operators
   */
  public GraphBuilder(String name, int opset) {
    this.graph = new OnnxGraph(name);
    this.opset = opset;
  }

  /** Sets the path that the names of the following nodes begin with, such as a layer's. */
  public GraphBuilder scope(String path) {
    scope = path;
    return this;
  }

  /**
   * Declares an input.
   *
   * @param dimensions numbers, or the names of open ones
   */
  public Value input(String name, ElementType type, Object... dimensions) {
    take(name);
    graph.inputs().add(info(name, type, dimensions));
    return new Value(name);
  }

  /**
   * Declares an output.
   *
   * @param name the name it gets in the file
   * @param value what it is; an input, or a value that is an output already, is passed through
   * @param dimensions numbers, or the names of open ones
   */
  public void output(String name, Value value, ElementType type, Object... dimensions) {
    boolean made = graph.nodes().stream().anyMatch(node -> node.outputs().contains(value.name));
    Value source = made ? value : op("Identity", value);
    take(name);
    outputNames.put(source.name, name);
    for (OnnxNode node : graph.nodes()) {
      node.inputs().replaceAll(this::finalName);
      node.outputs().replaceAll(this::finalName);
    }
    graph.outputs().add(info(name, type, dimensions));
  }

  private String finalName(String value) {
    return outputNames.getOrDefault(value, value);
  }

  /** Returns a constant vector of int64, one for equal ones. */
  public Value integers(long... values) {
    return integers(values, Shape.of(values.length));
  }

  /** Returns a constant int64 without axes. */
  public Value integer(long value) {
    return integers(new long[] {value}, Shape.of());
  }

  /** Returns a constant of int64 in any shape. */
  public Value integers(long[] values, Shape shape) {
    return constant(ElementType.INT64, shape, LittleEndian.bytes(values));
  }

  /** Returns a constant float32 without axes. */
  public Value number(float value) {
    return numbers(new float[] {value}, Shape.of());
  }

  /** Returns a small constant of float32; a large one should be a {@link #weight}. */
  public Value numbers(float[] values, Shape shape) {
    return constant(ElementType.FLOAT32, shape, LittleEndian.bytes(values));
  }

  /**
   * Returns a constant of float32 that is found by its name in the file.
   *
   * @param name the initializer's name in the file
   */
  public Value numbers(String name, float[] values, Shape shape) {
    take(name);
    graph.put(OnnxConstant.of(name, shape, values));
    return new Value(name);
  }

  private Value constant(ElementType type, Shape shape, byte[] elements) {
    return known.computeIfAbsent(
        new Constant(type, shape, ByteBuffer.wrap(elements)),
        _ -> {
          String unique = "constant_" + known.size();
          take(unique);
          graph.put(OnnxConstant.of(unique, type, shape, ByteSource.of(elements)));
          return new Value(unique);
        });
  }

  /**
   * Returns a weight, which is read when the graph is written. A name that was used before is the
   * same weight.
   *
   * @param name the initializer's name in the file
   */
  public Value weight(String name, TensorBytes weight) {
    TensorBytes former = weights.putIfAbsent(name, weight);
    if (former == null) {
      take(name);
      graph.put(OnnxConstant.of(name, weight.type(), weight.shape(), weight));
    } else if (!former.shape().equals(weight.shape())) {
      throw new IllegalArgumentException(name + " has two shapes");
    }
    return new Value(name);
  }

  /** Adds a node with one output and no attributes, and returns the output. */
  public Value op(String type, Value... inputs) {
    return node(type, inputs).output();
  }

  /** Adds a Cast, and returns its output. */
  public Value cast(Value input, ElementType type) {
    return node("Cast", input).with("to", DataTypes.code(type)).output();
  }

  /** Begins a node; it is added when its outputs are named. */
  public Node node(String type, Value... inputs) {
    return new Node(type, inputs);
  }

  /** A node under construction. */
  public final class Node {

    private final OnnxNode node;

    private Node(String type, Value... inputs) {
      node = new OnnxNode("", type, List.of(), List.of());
      for (Value input : inputs) {
        node.inputs().add(finalName(input.name));
      }
    }

    /** Takes the operator from another domain than ONNX's own. */
    public Node domain(String domain) {
      node.domain(domain);
      return this;
    }

    /** Adds an attribute that is an integer. */
    public Node with(String attribute, long value) {
      node.with(OnnxAttribute.of(attribute, value));
      return this;
    }

    /** Adds an attribute that is a float. */
    public Node with(String attribute, float value) {
      node.with(OnnxAttribute.of(attribute, value));
      return this;
    }

    /** Adds an attribute that is a text. */
    public Node with(String attribute, String value) {
      node.with(OnnxAttribute.of(attribute, value));
      return this;
    }

    /** Adds an attribute that is a list of integers. */
    public Node withAll(String attribute, long... values) {
      node.with(OnnxAttribute.ofAll(attribute, values));
      return this;
    }

    /** Adds the node, and returns its one output. */
    public Value output() {
      return outputs(1).getFirst();
    }

    /** Adds the node, and returns its outputs. */
    public List<Value> outputs(int count) {
      String base = (scope.isEmpty() ? "" : scope + "/") + node.opType();
      int number = counts.merge(base, 1, Integer::sum);
      String unique = number == 1 ? base : base + "_" + number;
      node.name(unique);
      List<Value> made = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        String output = unique + (count == 1 ? ":out" : ":out" + i);
        take(output);
        node.outputs().add(output);
        made.add(new Value(output));
      }
      graph.nodes().add(node);
      return made;
    }
  }

  private void take(String value) {
    if (!taken.add(value)) {
      throw new IllegalArgumentException("two values are named " + value);
    }
  }

  /** Returns the sum of the weights' sizes in bytes. */
  public long weightBytes() {
    return weights.values().stream().mapToLong(ByteSource::byteSize).sum();
  }

  /** Returns a model of the graph, which grows with it. */
  public OnnxModel model() {
    Map<String, Integer> domains = new TreeMap<>(Map.of("", opset));
    graph.nodes().forEach(node -> domains.putIfAbsent(node.domain(), 1));
    OnnxModel model =
        new OnnxModel(graph, opset > LAST_OPSET_OF_IR_8 ? NEWER_IR_VERSION : IR_VERSION)
            .producer("npu4j");
    domains.forEach(model::opset);
    return model;
  }

  /**
   * Writes the graph as an ONNX model that appears whole or not at all, an older file of the name
   * replaced. More than 1 GB of weights go into a file of their own beside it, {@code NAME_data}.
   *
   * @param file the {@code .onnx}
   * @param progress is called with the number of bytes of weights that are written
   * @throws IOException if a file can't be written
   */
  public void write(Path file, Progress progress) throws IOException {
    model().write(file, new WeightPlacement.Beside(MOST_INSIDE), progress);
  }

  /**
   * Lets large weights be those of another model that was written already: the file of this one
   * will point to them.
   *
   * @param written a model in the folder where this one will be written, whose weights of the same
   *     names are the same
   * @param which the names of those that are to be there
   */
  public GraphBuilder elsewhere(OnnxModel written, Predicate<String> which) {
    weights.forEach((name, weight) -> {
      if (weight.byteSize() >= LEAST_ELSEWHERE && which.test(name)) {
        pointTo(written, name, weight);
      }
    });
    return this;
  }

  private void pointTo(OnnxModel written, String name, TensorBytes weight) {
    Path folder = written.file().map(ModelSource::folder).orElseThrow();
    Optional<ExternalPlace> place =
        written.graph().initializer(name).flatMap(constant -> constant.placeIn(folder));
    place.ifPresent(
        there -> graph.put(OnnxConstant.at(there, folder, name, weight.type(), weight.shape())));
  }

  private static ValueInfo info(String name, ElementType type, @Nullable Object... dimensions) {
    List<Dimension> all = new ArrayList<>();
    for (Object dimension : dimensions) {
      all.add(
          switch (dimension) {
            case Number size -> new Dimension.Fixed(size.longValue());
            case String symbol -> new Dimension.Symbol(symbol);
            case null, default ->
                throw new IllegalArgumentException(dimension + " is neither a size nor a name");
          });
    }
    return new ValueInfo(name, DataTypes.code(type), all);
  }
}
