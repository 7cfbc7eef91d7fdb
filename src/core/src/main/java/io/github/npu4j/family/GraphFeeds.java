package io.github.npu4j.family;

import io.github.npu4j.engine.GraphSpec;
import io.github.npu4j.engine.feed.Feed;
import io.github.npu4j.tensor.Shape;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;

/** What graphs are compared on. For one thread at a time. */
public interface GraphFeeds extends AutoCloseable {

  /**
   * Returns the inputs for a graph.
   *
   * @param name what to call the graph in the report
   * @param shapes a static shape for each input that the graph leaves open
   * @param arena owns the values
   */
  List<Feed> of(String name, GraphSpec graph, Map<String, Shape> shapes, Arena arena);

  /** Closes the models that compute inputs, if there are any. */
  @Override
  default void close() {}
}
