package io.github.npu4j.engine.execution;

import io.github.npu4j.engine.Binding;
import io.github.npu4j.engine.GraphSpec;
import io.github.npu4j.engine.Model;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the models of all engines have in common: open bindings, and the order of bind and close.
 */
public abstract class EngineModel implements Model {

  private final Set<EngineBinding> open = new HashSet<>();
  private boolean closed;

  /** Makes a binding that reports its end to {@link #bindingClosed}. */
  protected abstract EngineBinding newBinding(GraphSpec graph, Map<String, Shape> inputShapes);

  /** Frees the native state; every binding is closed by then. */
  protected abstract void free();

  @Override
  public final Binding bind(String graph, Map<String, Shape> inputShapes) {
    GraphSpec spec = graph(graph);
    synchronized (open) {
      requireOpen();
      EngineBinding binding = newBinding(spec, inputShapes);
      open.add(binding);
      return binding;
    }
  }

  @Override
  public void warmUp() {
    for (String name : graphs()) {
      try (Binding binding = bind(name, smallestShapes(graph(name)))) {
        binding.run();
      }
    }
  }

  @Override
  public final void close() {
    List<EngineBinding> left;
    synchronized (open) {
      if (closed) {
        return;
      }
      closed = true;
      left = List.copyOf(open);
    }
    RuntimeException failure = null;
    for (EngineBinding binding : left) {
      failure = attempt(binding::close, failure);
    }
    awaitBindings();
    failure = attempt(this::free, failure);
    if (failure != null) {
      throw failure;
    }
  }

  /** Does one step of closing; a failure does not keep the others from being done. */
  private static @Nullable RuntimeException attempt(
      Runnable step, @Nullable RuntimeException earlier) {
    try {
      step.run();
      return earlier;
    } catch (RuntimeException failed) {
      if (earlier == null) {
        return failed;
      }
      earlier.addSuppressed(failed);
      return earlier;
    }
  }

  protected final void bindingClosed(EngineBinding binding) {
    synchronized (open) {
      open.remove(binding);
      open.notifyAll();
    }
  }

  /**
   * Checks that the model is open.
   *
   * @throws IllegalStateException if it is closed
   */
  protected final void requireOpen() {
    synchronized (open) {
      if (closed) {
        throw new IllegalStateException("the model is closed");
      }
    }
  }

  /** Waits for bindings that other threads are closing at this moment. */
  private void awaitBindings() {
    boolean interrupted = false;
    synchronized (open) {
      while (!open.isEmpty()) {
        try {
          open.wait();
        } catch (InterruptedException later) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns the graph of that name. */
  public static GraphSpec find(List<GraphSpec> graphs, String name) {
    for (GraphSpec graph : graphs) {
      if (graph.name().equals(name)) {
        return graph;
      }
    }
    throw new BadInputException(
        "the model has no graph named " + name,
        "its graphs are " + String.join(", ", graphs.stream().map(GraphSpec::name).toList()),
        "Use one of these names.");
  }

  private static Map<String, Shape> smallestShapes(GraphSpec graph) {
    Map<String, Shape> shapes = new HashMap<>();
    for (TensorSpec input : graph.inputs()) {
      if (!input.shape().isStatic()) {
        long[] ones = Arrays.stream(input.shape().toArray()).map(d -> d < 0 ? 1 : d).toArray();
        shapes.put(input.name(), Shape.of(ones));
      }
    }
    return shapes;
  }
}
