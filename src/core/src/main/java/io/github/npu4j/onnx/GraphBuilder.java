package io.github.npu4j.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import io.github.npu4j.store.Progress;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An ONNX graph under construction. Nodes and small constants are kept; weights are only promised,
 * and computed when {@link #write} streams them into the file.
 *
 * <p>Nodes must be added in an order in which each value is made before it is used, which is the
 * order of the file. For one thread at a time. What a builder is asked that makes no graph throws
 * {@link IllegalArgumentException}: it is a defect of the caller.
 */
public final class GraphBuilder {

  /** From here on, weights get a file of their own; protobuf itself ends at 2 GiB. */
  public static final long MOST_INSIDE = 1_000_000_000;

  private final String name;
  private final int opset;
  private final List<ValueInfoProto> inputs = new ArrayList<>();
  private final List<ValueInfoProto> outputs = new ArrayList<>();
  private final List<NodeProto.Builder> nodes = new ArrayList<>();
  private final List<TensorProto> constants = new ArrayList<>();
  private final Map<String, Weight> weights = new LinkedHashMap<>();
  private final Map<TensorProto, Value> known = new HashMap<>();
  private final Map<String, String> outputNames = new HashMap<>();
  private final Map<String, Integer> counts = new HashMap<>();
  private final Set<String> taken = new LinkedHashSet<>();
  private String scope = "";

  /** A tensor of the graph, by the name it has while the graph is built. */
  public record Value(String name) {}

  /**
   * Begins an empty graph.
   *
   * @param name the graph's name
   * @param opset the version of ONNX's operators
   */
  public GraphBuilder(String name, int opset) {
    this.name = name;
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
    inputs.add(info(name, type, dimensions));
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
    boolean made = nodes.stream().anyMatch(node -> node.getOutputList().contains(value.name));
    Value source = made && !outputNames.containsKey(value.name) ? value : op("Identity", value);
    take(name);
    outputNames.put(source.name, name);
    outputs.add(info(name, type, dimensions));
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
    ByteBuffer bytes = buffer(values.length * Long.BYTES);
    bytes.asLongBuffer().put(values);
    return constant(ElementType.INT64, shape, bytes);
  }

  /** Returns a constant float32 without axes. */
  public Value number(float value) {
    return numbers(new float[] {value}, Shape.of());
  }

  /** Returns a small constant of float32; a large one should be a {@link #weight}. */
  public Value numbers(float[] values, Shape shape) {
    ByteBuffer bytes = buffer(values.length * Float.BYTES);
    bytes.asFloatBuffer().put(values);
    return constant(ElementType.FLOAT32, shape, bytes);
  }

  /**
   * Returns a constant of float32 that is found by its name in the file.
   *
   * @param name the initializer's name in the file
   */
  public Value numbers(String name, float[] values, Shape shape) {
    take(name);
    ByteBuffer bytes = buffer(values.length * Float.BYTES);
    bytes.asFloatBuffer().put(values);
    constants.add(tensor(ElementType.FLOAT32, shape, bytes).setName(name).build());
    return new Value(name);
  }

  /**
   * Returns a weight, which is read when the graph is written. A name that was used before is the
   * same weight.
   *
   * @param name the initializer's name in the file
   */
  public Value weight(String name, Weight weight) {
    Weight former = weights.putIfAbsent(name, weight);
    if (former == null) {
      take(name);
    } else if (!former.shape().equals(weight.shape())) {
      throw new IllegalArgumentException(name + " has two shapes");
    }
    return new Value(name);
  }

  /** Adds a node with one output and no attributes, and returns the output. */
  public Value op(String type, Value... inputs) {
    return node(type, inputs).output();
  }

  /** Begins a node; it is added when its outputs are asked for. */
  public Node node(String type, Value... inputs) {
    return new Node(type, inputs);
  }

  /** A node under construction. */
  public final class Node {

    private final NodeProto.Builder proto = NodeProto.newBuilder();

    private Node(String type, Value... inputs) {
      proto.setOpType(type);
      for (Value input : inputs) {
        proto.addInput(input.name);
      }
    }

    /** Takes the operator from another domain than ONNX's own. */
    public Node domain(String domain) {
      proto.setDomain(domain);
      return this;
    }

    /** Adds an attribute that is an integer. */
    public Node with(String attribute, long value) {
      return add(attribute, AttributeProto.AttributeType.INT, builder -> builder.setI(value));
    }

    /** Adds an attribute that is a float. */
    public Node with(String attribute, float value) {
      return add(attribute, AttributeProto.AttributeType.FLOAT, builder -> builder.setF(value));
    }

    /** Adds an attribute that is a list of integers. */
    public Node withAll(String attribute, long... values) {
      return add(
          attribute,
          AttributeProto.AttributeType.INTS,
          builder -> {
            for (long value : values) {
              builder.addInts(value);
            }
          });
    }

    private Node add(
        String attribute,
        AttributeProto.AttributeType type,
        Consumer<AttributeProto.Builder> setter) {
      AttributeProto.Builder builder = AttributeProto.newBuilder().setName(attribute).setType(type);
      setter.accept(builder);
      proto.addAttribute(builder);
      return this;
    }

    /** Adds the node, and returns its one output. */
    public Value output() {
      return outputs(1).getFirst();
    }

    /** Adds the node, and returns its outputs. */
    public List<Value> outputs(int count) {
      String base = (scope.isEmpty() ? "" : scope + "/") + proto.getOpType();
      int number = counts.merge(base, 1, Integer::sum);
      String unique = number == 1 ? base : base + "_" + number;
      proto.setName(unique);
      List<Value> made = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        String output = unique + (count == 1 ? ":out" : ":out" + i);
        take(output);
        proto.addOutput(output);
        made.add(new Value(output));
      }
      nodes.add(proto);
      return made;
    }
  }

  /**
   * Writes the graph as an ONNX model that appears whole or not at all, an older file of the name
   * replaced. More than 1 GB of weights go into a file of their own beside it, {@code NAME_data}.
   *
   * @param file the {@code .onnx}
   * @param progress hears how many bytes of weights are written
   * @throws IOException if a file can't be written
   */
  public void write(Path file, Progress progress) throws IOException {
    write(file, progress, MOST_INSIDE);
  }

  /** Writes the graph; more than so many bytes of weights go into a file of their own. */
  public void write(Path file, Progress progress, long mostInside) throws IOException {
    write(file, Map.of(), progress, mostInside);
  }

  /**
   * Writes the graph as {@link #write(Path, Progress)} does, but for large weights that are in
   * another model's file already: the file points to them.
   *
   * @param elsewhere where, by name; files in the same folder, whose weights of these names are the
   *     same
   * @return where the weights are that were written, by name
   */
  public Map<String, WeightPlace> write(
      Path file, Map<String, WeightPlace> elsewhere, Progress progress) throws IOException {
    return write(file, elsewhere, progress, MOST_INSIDE);
  }

  private Map<String, WeightPlace> write(
      Path file, Map<String, WeightPlace> elsewhere, Progress progress, long mostInside)
      throws IOException {
    try (Arena scratch = Arena.ofConfined()) {
      return new OnnxWriter(graph(), domains(), weights, elsewhere, progress, scratch)
          .write(file, mostInside);
    }
  }

  /** Returns the sum of the weights' sizes in bytes. */
  public long weightBytes() {
    return weights.values().stream().mapToLong(OnnxWriter::byteSize).sum();
  }

  private Map<String, Integer> domains() {
    Map<String, Integer> domains = new HashMap<>();
    domains.put("", opset);
    nodes.forEach(node -> domains.putIfAbsent(node.getDomain(), 1));
    return domains;
  }

  private GraphProto graph() {
    GraphProto.Builder graph = GraphProto.newBuilder().setName(name);
    for (NodeProto.Builder node : nodes) {
      NodeProto.Builder renamed = node.clone();
      for (int i = 0; i < node.getInputCount(); i++) {
        renamed.setInput(i, finalName(node.getInput(i)));
      }
      for (int i = 0; i < node.getOutputCount(); i++) {
        renamed.setOutput(i, finalName(node.getOutput(i)));
      }
      graph.addNode(renamed);
    }
    return graph.addAllInitializer(constants).addAllInput(inputs).addAllOutput(outputs).build();
  }

  private String finalName(String value) {
    return outputNames.getOrDefault(value, value);
  }

  private static TensorProto.Builder tensor(ElementType type, Shape shape, ByteBuffer bytes) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setDataType(OnnxWriter.code(type))
            .setRawData(ByteString.copyFrom(bytes));
    for (int axis = 0; axis < shape.rank(); axis++) {
      tensor.addDims(shape.dimension(axis));
    }
    return tensor;
  }

  private Value constant(ElementType type, Shape shape, ByteBuffer bytes) {
    TensorProto.Builder tensor = tensor(type, shape, bytes);
    return known.computeIfAbsent(
        tensor.build(),
        _ -> {
          String unique = "constant_" + constants.size();
          take(unique);
          constants.add(tensor.setName(unique).build());
          return new Value(unique);
        });
  }

  private void take(String value) {
    if (!taken.add(value)) {
      throw new IllegalArgumentException("two values are named " + value);
    }
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ValueInfoProto info(
      String name, ElementType type, @Nullable Object... dimensions) {
    ValueInfoProto.Builder info = ValueInfoProto.newBuilder().setName(name);
    var tensor = info.getTypeBuilder().getTensorTypeBuilder().setElemType(OnnxWriter.code(type));
    tensor.getShapeBuilder(); // a tensor without axes has an empty shape, not none
    for (Object dimension : dimensions) {
      switch (dimension) {
        case Number size -> tensor.getShapeBuilder().addDimBuilder().setDimValue(size.longValue());
        case String symbol -> tensor.getShapeBuilder().addDimBuilder().setDimParam(symbol);
        case null, default ->
            throw new IllegalArgumentException(dimension + " is neither a size nor a name");
      }
    }
    return info.build();
  }
}
