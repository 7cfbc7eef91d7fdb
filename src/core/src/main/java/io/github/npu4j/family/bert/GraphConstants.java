package io.github.npu4j.family.bert;

import io.github.npu4j.checkpoint.TensorSource;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.onnx.GraphLinks;
import io.github.npu4j.onnx.OnnxConstant;
import io.github.npu4j.onnx.OnnxGraph;
import io.github.npu4j.tensor.TensorSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The constants of a graph as named tensors: initializers and what Constant nodes give, each mapped
 * when it is first requested. Those that are in other files are left out.
 */
final class GraphConstants implements TensorSource {

  private final OnnxGraph graph;
  private final GraphLinks links;
  private final Arena arena = Arena.ofShared();
  private final Map<String, MemorySegment> mapped = new ConcurrentHashMap<>();

  /** Takes the graph as it is now. */
  GraphConstants(OnnxGraph graph) {
    this.graph = graph;
    this.links = graph.links();
  }

  /** Returns the graph. */
  OnnxGraph graph() {
    return graph;
  }

  /** Returns who makes and who reads each value. */
  GraphLinks links() {
    return links;
  }

  /** Returns a constant of numbers; empty if the value is none. */
  Optional<OnnxConstant> constant(String value) {
    return links
        .constant(value)
        .filter(constant -> constant.type().isPresent() && constant.external().isEmpty());
  }

  @Override
  public Set<String> names() {
    Set<String> names = new TreeSet<>();
    graph.initializers().forEach(constant -> names.add(constant.name()));
    graph.nodes().forEach(node -> names.addAll(node.outputs()));
    names.removeIf(name -> constant(name).isEmpty());
    return names;
  }

  @Override
  public TensorSpec spec(String constant) {
    TensorSpec spec = require(constant).spec().orElseThrow();
    return new TensorSpec(constant, spec.type(), spec.shape());
  }

  @Override
  public MemorySegment data(String constant) {
    return mapped.computeIfAbsent(constant, name -> require(name).bytes().map(arena));
  }

  private OnnxConstant require(String constant) {
    return constant(constant)
        .orElseThrow(() -> new BadModelException("the model has no constant " + constant, "", ""));
  }

  /** Unmaps the file; idempotent. */
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
