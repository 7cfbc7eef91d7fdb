package io.github.npu4j.text;

import io.github.npu4j.engine.Binding;
import io.github.npu4j.engine.Model;
import io.github.npu4j.engine.Placement;
import io.github.npu4j.tensor.Shape;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Bindings that wait for their next text, by graph and shape, so that threads share a model without
 * sharing a binding and a shape is bound once and not for each text.
 *
 * <p>Bindings for several texts are not kept: their shapes hardly come again. Those for one text
 * are, the latest used first, up to {@link #IDLE_TOKENS} tokens in all (some 25 MB for vectors of
 * 384 values).
 */
final class BindingPool {

  private static final int IDLE_TOKENS = 16_384;

  private final Model model;
  private final List<TextGraph> graphs;
  private final ArrayList<TextBinding> idle = new ArrayList<>();
  private final int width;
  private int idleTokens;

  /**
   * Makes an empty pool.
   *
   * @param graphs the buckets in any order, or one graph of dynamic length
   * @param width the length of a row of the output
   */
  BindingPool(Model model, List<TextGraph> graphs, int width) {
    this.model = model;
    this.width = width;
    this.graphs =
        graphs.stream().sorted(Comparator.comparingLong(BindingPool::lengthOrLast)).toList();
  }

  private static long lengthOrLast(TextGraph graph) {
    return graph.length() == Shape.DYNAMIC ? Long.MAX_VALUE : graph.length();
  }

  /** Returns the most tokens that fit, or {@link Integer#MAX_VALUE}. */
  int maxInputTokens() {
    return (int) Math.min(Integer.MAX_VALUE, lengthOrLast(graphs.getLast()));
  }

  /** Returns where the model runs. */
  Placement placement() {
    return model.placement();
  }

  /** Returns whether several texts go into one run. */
  boolean takesBatches() {
    return graphs.getLast().takesBatches();
  }

  /**
   * Returns a binding for {@code batch} texts of at most {@code tokens} tokens; the caller's until
   * given back.
   */
  TextBinding take(int batch, int tokens) {
    TextGraph graph = graphFor(tokens);
    int length = graph.length() == Shape.DYNAMIC ? tokens : (int) graph.length();
    if (batch == 1) {
      TextBinding waiting = takeIdle(graph, length);
      if (waiting != null) {
        return waiting;
      }
    }
    Binding binding = model.bind(graph.name(), graph.inputShapes(batch, length));
    try {
      return new TextBinding(graph, binding, batch, length, width);
    } catch (RuntimeException e) {
      binding.close();
      throw e;
    }
  }

  /** Takes a binding back after a run that ended well; one that did not is to be closed. */
  void give(TextBinding binding) {
    if (binding.batch() > 1) {
      binding.close();
      return;
    }
    TextBinding oldest = null;
    synchronized (idle) {
      idle.add(binding);
      idleTokens += binding.length();
      if (idleTokens > IDLE_TOKENS && idle.size() > 1) {
        oldest = idle.removeFirst();
        idleTokens -= oldest.length();
      }
    }
    if (oldest != null) {
      oldest.close();
    }
  }

  private @Nullable TextBinding takeIdle(TextGraph graph, int length) {
    synchronized (idle) {
      for (int i = idle.size() - 1; i >= 0; i--) {
        TextBinding waiting = idle.get(i);
        if (waiting.length() == length && waiting.graph() == graph) {
          idle.remove(i);
          idleTokens -= length;
          return waiting;
        }
      }
    }
    return null;
  }

  /** Returns the smallest graph that fits. */
  private TextGraph graphFor(int tokens) {
    for (int i = 0; i < graphs.size(); i++) {
      if (lengthOrLast(graphs.get(i)) >= tokens) {
        return graphs.get(i);
      }
    }
    throw new IllegalArgumentException("no graph takes " + tokens + " tokens");
  }
}
