package io.github.npu4j.engine.execution;

import io.github.npu4j.engine.GraphSpec;
import io.github.npu4j.engine.Interruption;
import io.github.npu4j.engine.Placement;
import java.util.List;

/** A session of ONNX Runtime, whichever way into it: one graph, which stops between operators. */
public abstract class SessionModel extends EngineModel {

  private final GraphSpec graph;
  private final Placement placement;

  /** For a session of one graph. */
  protected SessionModel(GraphSpec graph, Placement placement) {
    this.graph = graph;
    this.placement = placement;
  }

  @Override
  public final Placement placement() {
    return placement;
  }

  @Override
  public final Interruption interruption() {
    return Interruption.WHILE_RUNNING;
  }

  @Override
  public final List<String> graphs() {
    return List.of(graph.name());
  }

  @Override
  public final GraphSpec graph(String name) {
    return find(List.of(graph), name);
  }
}
