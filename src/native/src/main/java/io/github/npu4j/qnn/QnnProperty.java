package io.github.npu4j.qnn;

/**
 * What a backend may or may not support, asked by {@link Qnn#supports}: {@code
 * QnnProperty_hasCapability}.
 */
public enum QnnProperty {
  /** Context binaries can be made and read. */
  CONTEXT_CACHING(202),
  /** Contexts take options. */
  CONTEXT_CONFIGURATION(205),
  /** Some graphs of a context can be left out. */
  CONTEXT_ENABLE_GRAPHS(206),
  /** A context can be told how much memory to use. */
  CONTEXT_MEMORY_LIMIT_HINT(207),
  /** A context can rely on its binary staying in memory. */
  CONTEXT_PERSISTENT_BINARY(208),
  /** A context can refuse binaries that fit, but not best. */
  CONTEXT_BINARY_COMPATIBILITY(209),
  /** A binary can be checked without making a context of it. */
  CONTEXT_VALIDATE_BINARY(210),
  /** A context can initialise its graphs when they are first used. */
  CONTEXT_DEFERRED_GRAPH_INIT(217),
  /** A context can ask for its binary piece by piece. */
  CONTEXT_CREATE_FROM_BINARY_WITH_CALLBACK(220),
  /** Graphs take options. */
  GRAPH_CONFIGURATION(302),
  /** Runs can be started and left. */
  GRAPH_ASYNC_EXECUTION(304),
  /** Graphs have priorities. */
  GRAPH_PRIORITY(306),
  /** A run can be aborted or timed out by a signal. */
  GRAPH_EXECUTE_SIGNAL(308),
  /** Inputs and outputs can be memory that the device shares. */
  TENSOR_MEMORY_HANDLE(502);

  private final int key;

  QnnProperty(int key) {
    this.key = key;
  }

  /** QNN's key: a group's number (1 + 100, 200, 300, 500) plus the property's in its group. */
  int key() {
    return key;
  }
}
