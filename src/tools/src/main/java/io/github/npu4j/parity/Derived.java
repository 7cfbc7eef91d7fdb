package io.github.npu4j.parity;

import io.github.npu4j.engine.feed.Feed;
import java.util.Map;

/**
 * A value computed from a graph's outputs that is judged beside them, such as the pooled embedding.
 *
 * @param name its name in the report
 * @param computation takes the inputs and the outputs by name and returns the values
 */
record Derived(String name, Computation computation) {

  /** From a run's tensors to the values to judge. */
  @FunctionalInterface
  public interface Computation {
    /**
     * Computes the values.
     *
     * @param inputs what was fed
     * @param outputs what came out; valid only during the call
     */
    float[] compute(Map<String, Feed.Value> inputs, Map<String, Feed.Value> outputs);
  }
}
