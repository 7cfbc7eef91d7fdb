package io.github.npu4j.engine;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
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
  EngineBinding newBinding(GraphSpec spec, Map<String, Shape> inputShapes) {
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
  void free() {
    try {
      session.close();
    } catch (OrtException failed) {
      throw JavaOrtErrors.translate("ReleaseSession", failed);
    }
  }
}
