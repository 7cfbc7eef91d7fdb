package io.github.npu4j.engine.ort;

import io.github.npu4j.engine.GraphSpec;
import io.github.npu4j.engine.LoadReport;
import io.github.npu4j.engine.Placement;
import io.github.npu4j.engine.execution.BoundShapes;
import io.github.npu4j.engine.execution.EngineBinding;
import io.github.npu4j.engine.execution.LoadClock;
import io.github.npu4j.engine.execution.SessionModel;
import io.github.npu4j.ort.Ort;
import io.github.npu4j.ort.OrtModel;
import io.github.npu4j.tensor.Shape;
import java.lang.foreign.Arena;
import java.util.Map;

/** A session of ONNX Runtime. */
final class OrtEngineModel extends SessionModel {

  private final Ort ort;
  private final OrtModel session;
  private final long bytes;
  private final LoadClock clock;

  OrtEngineModel(
      Ort ort,
      OrtModel session,
      GraphSpec graph,
      Placement placement,
      long bytes,
      LoadClock clock) {
    super(graph, placement);
    this.ort = ort;
    this.session = session;
    this.bytes = bytes;
    this.clock = clock;
  }

  @Override
  public LoadReport loadReport() {
    return clock.report(bytes);
  }

  @Override
  protected EngineBinding newBinding(GraphSpec spec, Map<String, Shape> inputShapes) {
    BoundShapes shapes = BoundShapes.resolve(spec, inputShapes, session::dimensionNames);
    Arena arena = Arena.ofShared();
    OrtMemory memory = new OrtMemory(ort);
    try {
      return new OrtEngineBinding(arena, spec.name(), shapes, memory, session, this::bindingClosed);
    } catch (RuntimeException | Error failed) {
      memory.close();
      arena.close();
      throw failed;
    }
  }

  @Override
  protected void free() {
    session.close();
  }
}
