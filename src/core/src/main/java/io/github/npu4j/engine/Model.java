package io.github.npu4j.engine;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.tensor.Shape;
import java.util.List;
import java.util.Map;

/**
 * An open model: its graphs, where they run, and bindings to run them.
 *
 * <p>May be shared by threads. {@link #close()} waits for runs in flight, closes every binding that
 * is still open, and may be called twice; any other use after it is an {@link
 * IllegalStateException}.
 */
public interface Model extends AutoCloseable {

  /** Returns where the model runs, and each better place that was passed over. */
  Placement placement();

  /** Returns how long each phase of loading took so far. */
  LoadReport loadReport();

  /** Returns what a timeout or {@link Binding#cancel()} can do to a run of this model. */
  Interruption interruption();

  /** Returns the names of the graphs, in the order of the files that hold them. */
  List<String> graphs();

  /**
   * Returns what a graph takes and gives.
   *
   * @throws BadInputException if the model has no such graph
   */
  GraphSpec graph(String name);

  /**
   * Makes a binding with memory for every input, and for every output whose size is known.
   *
   * @throws BadInputException if there is no such graph, or an input's shape is dynamic
   */
  default Binding bind(String graph) {
    return bind(graph, Map.of());
  }

  /**
   * Makes a binding for inputs of the given shapes.
   *
   * @param inputShapes a static shape for each input whose declared shape is dynamic; others may be
   *     left out
   * @throws BadInputException if a shape is missing, dynamic, or not one the graph accepts
   */
  Binding bind(String graph, Map<String, Shape> inputShapes);

  /**
   * Runs each graph once on zeros, so that the first real run pays for nothing but itself. A
   * dynamic dimension counts as 1.
   */
  void warmUp();

  /** Waits for runs in flight, then frees all native state; idempotent. */
  @Override
  void close();
}
