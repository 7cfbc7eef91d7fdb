package io.github.npu4j.onnx;

import io.github.npu4j.internal.proto.ProtoReader;
import io.github.npu4j.onnx.OnnxProto.GraphProto;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A graph: nodes, the tensors it carries, and what it takes and gives ({@code GraphProto}); a
 * model's main graph or the body of a node.
 *
 * <p>The lists are the graph's own, to be read and changed. Nodes stand in an order in which each
 * value is made before it is used. To look up who makes and who reads a value, take its {@link
 * #links()}. Mutable; for one thread while it changes.
 */
public final class OnnxGraph extends ModelPart {

  private static final int MAX_VALUES = 100_000;

  private @Nullable String name;
  private final List<OnnxNode> nodes = new ArrayList<>();
  private final List<OnnxConstant> initializers = new ArrayList<>();
  private final List<SparseConstant> sparseInitializers = new ArrayList<>(0);
  private final List<ValueInfo> inputs = new ArrayList<>();
  private final List<ValueInfo> outputs = new ArrayList<>();
  private final List<ValueInfo> valueInfos = new ArrayList<>();
  private final RawFields fields = new RawFields();
  private @Nullable Map<String, Integer> indices;

  private OnnxGraph() {}

  /** Makes an empty graph. */
  public OnnxGraph(String name) {
    this.name = name;
  }

  static OnnxGraph read(ProtoReader reader, ModelSource source) {
    source.count(reader);
    source.enter(reader);
    OnnxGraph graph = new OnnxGraph();
    while (reader.next()) {
      switch (reader.field()) {
        case GraphProto.NODE -> graph.nodes.add(OnnxNode.read(reader.message(), source));
        case GraphProto.NAME -> graph.name = source.name(reader);
        case GraphProto.INITIALIZER ->
            graph.initializers.add(OnnxConstant.read(reader.message(), source));
        case GraphProto.SPARSE_INITIALIZER ->
            graph.sparseInitializers.add(SparseConstant.read(reader.message(), source));
        case GraphProto.INPUT -> value(graph.inputs, "inputs", reader, source);
        case GraphProto.OUTPUT -> value(graph.outputs, "outputs", reader, source);
        case GraphProto.VALUE_INFO ->
            graph.valueInfos.add(ValueInfo.read(reader.message(), source));
        default -> graph.fields.take(reader, source);
      }
    }
    source.leave();
    return graph;
  }

  private static void value(
      List<ValueInfo> values, String what, ProtoReader reader, ModelSource source) {
    if (values.size() == MAX_VALUES) {
      throw reader.damaged("more than " + MAX_VALUES + " " + what);
    }
    values.add(ValueInfo.read(reader.message(), source));
  }

  @Override
  void write(ProtoWriter target) {
    RawFields.Rest rest = fields.rest();
    target.parts(GraphProto.NODE, nodes);
    if (name != null) {
      target.text(GraphProto.NAME, name);
    }
    rest.before(GraphProto.INITIALIZER, target);
    target.parts(GraphProto.INITIALIZER, initializers);
    rest.before(GraphProto.INPUT, target);
    target.parts(GraphProto.INPUT, inputs);
    target.parts(GraphProto.OUTPUT, outputs);
    target.parts(GraphProto.VALUE_INFO, valueInfos);
    rest.before(GraphProto.SPARSE_INITIALIZER, target);
    target.parts(GraphProto.SPARSE_INITIALIZER, sparseInitializers);
    rest.all(target);
  }

  /** Returns the graph's name; may be empty. */
  public String name() {
    return name == null ? "" : name;
  }

  /** Gives the graph another name. */
  public OnnxGraph name(String other) {
    name = other;
    return this;
  }

  /** Returns the nodes. */
  public List<OnnxNode> nodes() {
    return nodes;
  }

  /** Returns the declared inputs; old files list initializers among them. */
  public List<ValueInfo> inputs() {
    return inputs;
  }

  /** Returns a copy of the inputs that a caller has to give: those that are no initializers. */
  public List<ValueInfo> requiredInputs() {
    Set<String> given = new HashSet<>();
    initializers.forEach(initializer -> given.add(initializer.name()));
    sparseInitializers.forEach(sparse -> given.add(sparse.name()));
    given.remove("");
    return inputs.stream().filter(input -> !given.contains(input.name())).toList();
  }

  /** Returns the outputs. */
  public List<ValueInfo> outputs() {
    return outputs;
  }

  /** Returns what is said of values between inputs and outputs. */
  public List<ValueInfo> valueInfos() {
    return valueInfos;
  }

  /** Returns the initializers in the file's order; sparse ones are not among them. */
  public List<OnnxConstant> initializers() {
    return Collections.unmodifiableList(initializers);
  }

  /** Returns an initializer; the last of that name, as ONNX Runtime takes it. */
  public Optional<OnnxConstant> initializer(String value) {
    Integer index = indices().get(value);
    return index == null ? Optional.empty() : Optional.of(initializers.get(index));
  }

  /** Adds an initializer, in the place of one of that name if there is one. */
  public void put(OnnxConstant initializer) {
    Integer index = indices().get(initializer.name());
    if (index == null) {
      indices().put(initializer.name(), initializers.size());
      initializers.add(initializer);
    } else {
      initializers.set(index, initializer);
    }
  }

  /** Removes initializers. */
  public void removeInitializers(Set<String> names) {
    initializers.removeIf(initializer -> names.contains(initializer.name()));
    indices = null;
  }

  private Map<String, Integer> indices() {
    if (indices == null) {
      indices = new HashMap<>();
      for (int i = 0; i < initializers.size(); i++) {
        indices.put(initializers.get(i).name(), i);
      }
    }
    return indices;
  }

  /** Returns who makes and who reads each value now; later changes are not in it. */
  public GraphLinks links() {
    return new GraphLinks(this);
  }

  /**
   * Lets all nodes that read a value read another one, also from inside their bodies. An output of
   * the graph keeps its name, and so its maker.
   */
  public void replaceUses(String value, String other) {
    nodes.forEach(node -> replace(node, value, other));
  }

  private static void replace(OnnxNode node, String value, String other) {
    node.inputs().replaceAll(input -> input.equals(value) ? other : input);
    for (OnnxGraph body : node.graphs()) {
      if (!body.defines(value)) {
        body.nodes.forEach(inner -> replace(inner, value, other));
        body.outputs.replaceAll(
            output -> output.name().equals(value) ? output.named(other) : output);
      }
    }
  }

  /** Returns whether the graph gives the name a meaning of its own. */
  private boolean defines(String value) {
    return initializer(value).isPresent()
        || inputs.stream().anyMatch(input -> input.name().equals(value))
        || nodes.stream().anyMatch(node -> node.outputs().contains(value));
  }

  /** Calls with this graph, and with all graphs inside its nodes. */
  public void forEachGraph(Consumer<OnnxGraph> taker) {
    taker.accept(this);
    nodes.forEach(node -> node.graphs().forEach(body -> body.forEachGraph(taker)));
  }

  /** Calls with each tensor of this graph and the graphs inside: initializers and attributes. */
  void forEachConstant(Consumer<OnnxConstant> taker) {
    forEachGraph(graph -> {
      graph.initializers.forEach(taker);
      graph.sparseInitializers.forEach(sparse -> sparse.forEachConstant(taker));
      for (OnnxNode node : graph.nodes) {
        for (OnnxAttribute attribute : node.attributes()) {
          attribute.tensors().forEach(taker);
          attribute.sparse().forEach(sparse -> sparse.forEachConstant(taker));
        }
      }
    });
  }
}
