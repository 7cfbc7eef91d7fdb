package io.github.npu4j.parity;

import io.github.npu4j.engine.GraphSpec;
import io.github.npu4j.engine.feed.Feed;
import io.github.npu4j.tensor.Shape;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;

/** What a model is compared on: a model family knows which inputs make sense to its graphs. */
interface ParityInputs {

  /**
   * Returns the inputs for a graph.
   *
   * @param name what to call the graph in the report
   * @param shapes a static shape for each input that the graph leaves open
   * @param arena owns the values
   */
  List<Feed> of(String name, GraphSpec graph, Map<String, Shape> shapes, Arena arena);

  /** Returns the values to judge beside the outputs. */
  default List<Derived> derived() {
    return List.of();
  }
}
