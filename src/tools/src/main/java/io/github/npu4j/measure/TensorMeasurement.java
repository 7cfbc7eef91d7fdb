package io.github.npu4j.measure;

import io.github.npu4j.engine.Binding;
import io.github.npu4j.engine.GraphSpec;
import io.github.npu4j.engine.Model;
import io.github.npu4j.engine.Placement;
import io.github.npu4j.engine.feed.Feed;
import io.github.npu4j.numeric.ErrorMetrics;
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
final class TensorMeasurement extends DeviceMeasurement<TensorMeasurement.Opened, Binding> {

  /** An open model. */
  record Opened(Model model) implements OpenModel {
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

  /** Makes a measurement whose model is not open. */
  TensorMeasurement(Device device, Opener<Opened> opener, LongSupplier clock) {
    super(device, opener, clock);
  }

  /**
   * Binds the graph, to arrays where they are given, else to random values.
   *
   * @param fixed the shapes of graphs with a fixed size, by input
   */
  void bind(TensorShapes shapes, Map<String, Shape> fixed, TensorInputs arrays, long seed) {
    Model model = model().model();
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
    arrays.arrays().forEach((name, array) -> TensorInputs.put(bound, name, array));
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
    return model().model().graph(bound.graph()).inputs().stream()
        .map(input -> bound.inputSpec(input.name()))
        .toList();
  }

  /**
   * Returns what was measured after at least one round.
   *
   * @param reference the measurement whose outputs this one's are compared with
   */
  DeviceResult result(TensorMeasurement reference) {
    List<Series> first = new ArrayList<>();
    LoadTimes.phases(model().model().loadReport(), openNanos())
        .forEach((name, nanos) -> first.add(Series.of(name, 1, nanos)));
    first.add(Series.of(LoadTimes.BIND, 1, bindNanos));
    first.add(Series.of(LoadBenchmark.FIRST_RUN, 1, firstNanos()));
    Map<String, Double> others = new LinkedHashMap<>();
    others.put(TensorBenchmark.RATE, perSecond(count()));
    if (reference != this && isComparableWith(reference)) {
      others.put(TensorBenchmark.COSINE, leastCosine(reference));
    }
    return result(
        figures(TensorBenchmark.BYTES, others),
        List.of(new Stack("first use", first)),
        List.of(whole(TensorBenchmark.EXECUTION)));
  }

  private boolean isComparableWith(TensorMeasurement other) {
    return inputs().equals(other.inputs()) && outputs().equals(other.outputs());
  }

  private Set<String> outputs() {
    return model().model().graph(binding().graph()).outputs().stream()
        .map(TensorSpec::name)
        .collect(Collectors.toSet());
  }

  private double leastCosine(TensorMeasurement reference) {
    Binding own = binding();
    Binding other = reference.binding();
    double least = 1;
    for (TensorSpec output : model().model().graph(own.graph()).outputs()) {
      String name = output.name();
      ErrorMetrics errors =
          ErrorMetrics.compare(
              other.output(name), other.outputSpec(name), own.output(name), own.outputSpec(name));
      least = Math.min(least, errors.nanCount() > 0 ? 0 : errors.cosine());
    }
    return least;
  }
}
