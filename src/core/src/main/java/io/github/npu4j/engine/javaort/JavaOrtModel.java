package io.github.npu4j.engine.javaort;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.npu4j.engine.GraphSpec;
import io.github.npu4j.engine.LoadReport;
import io.github.npu4j.engine.Placement;
import io.github.npu4j.engine.execution.BoundShapes;
import io.github.npu4j.engine.execution.EngineBinding;
import io.github.npu4j.engine.execution.SessionModel;
import io.github.npu4j.tensor.Shape;
import java.lang.foreign.Arena;
import java.util.Map;

/** A session of ONNX Runtime's Java package. */
final class JavaOrtModel extends SessionModel {

  private final OrtSession session;
  private final BoundShapes.DimensionNames names;
  private final LoadReport report;

  JavaOrtModel(
      OrtSession session,
      GraphSpec graph,
      BoundShapes.DimensionNames names,
      Placement placement,
      LoadReport report) {
    super(graph, placement);
    this.session = session;
    this.names = names;
    this.report = report;
  }

  @Override
  public LoadReport loadReport() {
    return report;
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
