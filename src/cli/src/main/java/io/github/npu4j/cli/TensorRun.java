package io.github.npu4j.cli;

import io.github.npu4j.engine.Binding;
import io.github.npu4j.engine.GraphSpec;
import io.github.npu4j.engine.Model;
import io.github.npu4j.engine.Placement;
import io.github.npu4j.numeric.ErrorMetrics;
import io.github.npu4j.parity.Feed;
import io.github.npu4j.report.DeviceResult;
import io.github.npu4j.report.Series;
import io.github.npu4j.report.Stack;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A graph of tensors on one device, and what was measured with it so far. */
final class TensorRun extends DeviceRun<TensorRun.Opened, Binding> {

  /** The series of runs. */
  static final String RUN = "run";

  /** What a run allocates on the Java heap, by median, where the JVM counts it. */
  static final String BYTES = "bytesPerRun";

  static final String RATE = "runsPerSecond";

  /** The least cosine of an output with the first device's, where both had the same inputs. */
  static final String COSINE = "leastCosine";

  /** An open model. */
  record Opened(Model model) implements DeviceRun.Subject {
    @Override
    public Placement placement() {
      return model.placement();
    }

    @Override
    public void close() {
      model.close();
    }
  }

  private @Nullable Binding binding;
  private long bindNanos;

  /** Makes a run that is not open. */
  TensorRun(Device device, Opener<Opened> opener, LongSupplier clock) {
    super(device, opener, clock);
  }

  /**
   * Binds the graph, to arrays where they are given, else to random values.
   *
   * @param fixed the shapes of graphs with a fixed size, by input
   */
  void bind(TensorShapes shapes, Map<String, Shape> fixed, RunInputs arrays, long seed) {
    Model model = subject().model();
    GraphSpec graph = shapes.graphOf(model);
    Map<String, Shape> open = shapes.of(graph, fixed);
    long begin = now();
    Binding bound = model.bind(graph.name(), open);
    bindNanos = now() - begin;
    binding = bound;
    try (Arena arena = Arena.ofConfined()) {
      Feed.random(graph, open, seed, arena)
          .inputs()
          .forEach((name, value) -> bound.input(name).copyFrom(value.data()));
    }
    arrays.arrays().keySet().forEach(graph::input);
    arrays.arrays().forEach((name, array) -> RunInputs.put(bound, name, array));
  }

  private Binding binding() {
    if (binding == null) {
      throw new IllegalStateException(device() + " is not bound");
    }
    return binding;
  }

  @Override
  Binding answer(String inputs) {
    Binding bound = binding();
    bound.run();
    return bound;
  }

  @Override
  void keep(int inputs, Binding answer) {}

  /** Returns the inputs as they are bound. */
  List<TensorSpec> inputs() {
    Binding bound = binding();
    return subject().model().graph(bound.graph()).inputs().stream()
        .map(input -> bound.inputSpec(input.name()))
        .toList();
  }

  /**
   * Returns what was measured after at least one round.
   *
   * @param reference the run whose outputs this one's are compared with
   */
  DeviceResult result(TensorRun reference) {
    List<Series> first = new ArrayList<>();
    LoadTimes.phases(subject().model().loadReport(), openNanos())
        .forEach((name, nanos) -> first.add(Series.of(name, 1, nanos)));
    first.add(Series.of(LoadTimes.BIND, 1, bindNanos));
    first.add(Series.of(LoadTimes.FIRST_RUN, 1, firstNanos()));
    Map<String, Double> others = new LinkedHashMap<>();
    others.put(RATE, perSecond(count()));
    if (reference != this && isComparableWith(reference)) {
      others.put(COSINE, leastCosine(reference));
    }
    return result(
        figures(BYTES, others), List.of(new Stack("first use", first)), List.of(whole(RUN)));
  }

  private boolean isComparableWith(TensorRun other) {
    return inputs().equals(other.inputs()) && outputs().equals(other.outputs());
  }

  private Set<String> outputs() {
    return subject().model().graph(binding().graph()).outputs().stream()
        .map(TensorSpec::name)
        .collect(Collectors.toSet());
  }

  private double leastCosine(TensorRun reference) {
    Binding own = binding();
    Binding other = reference.binding();
    double least = 1;
    for (TensorSpec output : subject().model().graph(own.graph()).outputs()) {
      String name = output.name();
      ErrorMetrics errors =
          ErrorMetrics.compare(
              other.output(name), other.outputSpec(name), own.output(name), own.outputSpec(name));
      least = Math.min(least, errors.nanCount() > 0 ? 0 : errors.cosine());
    }
    return least;
  }
}
