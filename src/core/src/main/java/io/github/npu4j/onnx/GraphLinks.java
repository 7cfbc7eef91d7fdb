package io.github.npu4j.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who makes and who reads each value of a graph, as it was when this was taken.
 *
 * <p>Immutable, but for the names that it gives out.
 */
public final class GraphLinks {

  /** An operator that gives one of its attributes. */
  private static final String CONSTANT = "Constant";

  private final OnnxGraph graph;
  private final Map<String, OnnxNode> producers = new HashMap<>();
  private final Map<String, List<OnnxNode>> consumers = new HashMap<>();
  private final Set<String> outputs = new HashSet<>();
  private final Set<String> taken = new HashSet<>();

  GraphLinks(OnnxGraph graph) {
    this.graph = graph;
    graph.outputs().forEach(output -> outputs.add(output.name()));
    for (OnnxNode node : graph.nodes()) {
      node.outputs().forEach(output -> producers.put(output, node));
      for (String read : reads(node)) {
        consumers.computeIfAbsent(read, _ -> new ArrayList<>(1)).add(node);
      }
    }
    producers.remove("");
    consumers.remove("");
    graph.forEachGraph(this::take);
  }

  private void take(OnnxGraph one) {
    one.inputs().forEach(value -> taken.add(value.name()));
    one.outputs().forEach(value -> taken.add(value.name()));
    one.initializers().forEach(value -> taken.add(value.name()));
    for (OnnxNode node : one.nodes()) {
      taken.add(node.name());
      taken.addAll(node.inputs());
      taken.addAll(node.outputs());
    }
  }

  /** Returns what a node reads: its inputs, and what its bodies take from outside. */
  private static Set<String> reads(OnnxNode node) {
    Set<String> read = new HashSet<>(node.inputs());
    for (OnnxGraph body : node.graphs()) {
      Set<String> inside = new HashSet<>();
      Set<String> own = new HashSet<>();
      body.inputs().forEach(input -> own.add(input.name()));
      body.initializers().forEach(initializer -> own.add(initializer.name()));
      for (OnnxNode inner : body.nodes()) {
        inside.addAll(reads(inner));
        own.addAll(inner.outputs());
      }
      body.outputs().forEach(output -> inside.add(output.name()));
      inside.removeAll(own);
      read.addAll(inside);
    }
    return read;
  }

  /** Returns the node that makes a value; {@code null} for inputs and initializers. */
  public @Nullable OnnxNode producer(String value) {
    return producers.get(value);
  }

  /**
   * Returns the nodes that read a value, in the graph's order, each once: those that take it as an
   * input, and those whose bodies read it.
   */
  public List<OnnxNode> consumers(String value) {
    return List.copyOf(consumers.getOrDefault(value, List.of()));
  }

  /** Returns whether a value is an output of the graph. */
  public boolean isOutput(String value) {
    return outputs.contains(value);
  }

  /**
   * Returns the tensor that a value always is: an initializer's, or a Constant node's. What a
   * caller can override, an initializer that is an input too, counts as one.
   */
  public Optional<OnnxConstant> constant(String value) {
    Optional<OnnxConstant> initializer = graph.initializer(value);
    if (initializer.isPresent()) {
      return initializer;
    }
    OnnxNode node = producer(value);
    return node == null || !node.is(CONSTANT)
        ? Optional.empty()
        : node.attribute("value").flatMap(given -> given.tensors().stream().findFirst());
  }

  /**
   * Returns a name that no node and no value has, also inside bodies; the same one never again.
   *
   * @param base what it begins with
   */
  public String freshName(String base) {
    String name = base;
    for (int number = 2; !taken.add(name); number++) {
      name = base + "_" + number;
    }
    return name;
  }
}
