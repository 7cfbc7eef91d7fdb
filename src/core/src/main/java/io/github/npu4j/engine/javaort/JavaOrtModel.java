package io.github.npu4j.engine.javaort;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.npu4j.engine.GraphSpec;
import io.github.npu4j.engine.Interruption;
import io.github.npu4j.engine.LoadReport;
import io.github.npu4j.engine.Placement;
import io.github.npu4j.engine.execution.BoundShapes;
import io.github.npu4j.engine.execution.EngineBinding;
import io.github.npu4j.engine.execution.EngineModel;
import io.github.npu4j.tensor.Shape;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;

/** A session of ONNX Runtime's Java package. */
final class JavaOrtModel extends EngineModel {

  private final OrtSession session;
  private final GraphSpec graph;
  private final BoundShapes.DimensionNames names;
  private final Placement placement;
  private final LoadReport report;

  JavaOrtModel(
      OrtSession session,
      GraphSpec graph,
      BoundShapes.DimensionNames names,
      Placement placement,
      LoadReport report) {
    this.session = session;
    this.graph = graph;
    this.names = names;
    this.placement = placement;
    this.report = report;
  }

  @Override
  public Placement placement() {
    return placement;
  }

  @Override
  public LoadReport loadReport() {
    return report;
  }

  @Override
  public Interruption interruption() {
    return Interruption.WHILE_RUNNING;
  }

  @Override
  public List<String> graphs() {
    return List.of(graph.name());
  }

  @Override
  public GraphSpec graph(String name) {
    return find(List.of(graph), name);
  }

  @Override
  protected EngineBinding newBinding(GraphSpec spec, Map<String, Shape> inputShapes) {
    BoundShapes shapes = BoundShapes.resolve(spec, inputShapes, names);
    Arena arena = Arena.ofShared();
    try {
      return new JavaOrtBinding(arena, spec.name(), shapes, session, this::bindingClosed);
    } catch (OrtException failed) {
      arena.close();
      throw JavaOrtErrors.translate("CreateTensorWithDataAsOrtValue", failed);
    } catch (RuntimeException | Error failed) {
      arena.close();
      throw failed;
    }
  }

  @Override
  protected void free() {
    try {
      session.close();
    } catch (OrtException failed) {
      throw JavaOrtErrors.translate("ReleaseSession", failed);
    }
  }
}
