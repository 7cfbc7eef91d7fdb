package io.github.npu4j.engine.open;

import io.github.npu4j.engine.Binding;
import io.github.npu4j.engine.GraphSpec;
import io.github.npu4j.engine.Interruption;
import io.github.npu4j.engine.LoadReport;
import io.github.npu4j.engine.Model;
import io.github.npu4j.engine.Placement;
import io.github.npu4j.engine.execution.EngineModel;
import io.github.npu4j.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One model made of several files, its buckets: the graphs of all of them under one face.
 *
 * <p>The first bucket is opened at once, which shows that the device takes the model; each other
 * one when one of its graphs is first bound.
 */
final class BucketModel implements Model {

  /** One file: what its graphs take and give, and how to open it. */
  static final class Bucket {
    private final List<GraphSpec> graphs;
    private final Supplier<Model> opener;
    private @Nullable Model model;

    /**
     * Describes a file.
     *
     * @param graphs its graphs, by the names that the model opened from it uses
     * @param opener opens it; called at most once
     */
    Bucket(List<GraphSpec> graphs, Supplier<Model> opener) {
      this.graphs = List.copyOf(graphs);
      this.opener = opener;
    }
  }

  private final List<Bucket> buckets;
  private final Map<String, Bucket> byGraph = new LinkedHashMap<>();
  private final Model first;
  private boolean closed;

  /**
   * Opens the first bucket.
   *
   * @param buckets at least one, smallest first; no two may have a graph of the same name
   */
  BucketModel(List<Bucket> buckets) {
    this.buckets = List.copyOf(buckets);
    for (Bucket bucket : buckets) {
      for (GraphSpec graph : bucket.graphs) {
        if (byGraph.put(graph.name(), bucket) != null) {
          throw new IllegalArgumentException("two buckets have a graph named " + graph.name());
        }
      }
    }
    this.first = opened(buckets.getFirst());
  }

  @Override
  public Placement placement() {
    return first.placement();
  }

  @Override
  public synchronized LoadReport loadReport() {
    long bytes = 0;
    Map<String, Long> nanos = new LinkedHashMap<>();
    for (Bucket bucket : buckets) {
      if (bucket.model != null) {
        LoadReport report = bucket.model.loadReport();
        bytes += report.bytes();
        report.phases().forEach(phase -> nanos.merge(phase.name(), phase.nanos(), Long::sum));
      }
    }
    List<LoadReport.Phase> phases = new ArrayList<>();
    nanos.forEach((name, sum) -> phases.add(new LoadReport.Phase(name, sum)));
    return new LoadReport(bytes, phases);
  }

  @Override
  public Interruption interruption() {
    return first.interruption();
  }

  @Override
  public List<String> graphs() {
    return List.copyOf(byGraph.keySet());
  }

  @Override
  public GraphSpec graph(String name) {
    return EngineModel.find(
        buckets.stream().flatMap(bucket -> bucket.graphs.stream()).toList(), name);
  }

  @Override
  public Binding bind(String graph, Map<String, Shape> inputShapes) {
    Bucket bucket = byGraph.get(graph(graph).name());
    return opened(Objects.requireNonNull(bucket)).bind(graph, inputShapes);
  }

  @Override
  public void warmUp() {
    for (Bucket bucket : buckets) {
      opened(bucket).warmUp();
    }
  }

  @Override
  public void close() {
    List<Model> open = new ArrayList<>();
    synchronized (this) {
      closed = true;
      for (Bucket bucket : buckets) {
        if (bucket.model != null) {
          open.add(bucket.model);
        }
      }
    }
    open.forEach(Model::close);
  }

  private synchronized Model opened(Bucket bucket) {
    if (closed) {
      throw new IllegalStateException("the model is closed");
    }
    Model model = bucket.model;
    if (model == null) {
      model = bucket.opener.get();
      bucket.model = model;
    }
    return model;
  }
}
