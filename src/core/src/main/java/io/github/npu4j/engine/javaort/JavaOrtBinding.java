package io.github.npu4j.engine.javaort;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.npu4j.engine.execution.BoundShapes;
import io.github.npu4j.engine.execution.BoundTensor;
import io.github.npu4j.engine.execution.EngineBinding;
import io.github.npu4j.engine.execution.RunGate;
import io.github.npu4j.engine.execution.TimeLimit;
import io.github.npu4j.tensor.OffHeap;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Direct buffers over the binding's memory, wrapped once as tensors: inputs by name, outputs of
 * known size pinned, others fetched and copied out after each run.
 *
 * <p>Owns the tensors and the run options; the session is its model's. A Java tensor knows its
 * memory only as a direct buffer, so that memory that moves needs a new tensor.
 */
final class JavaOrtBinding extends EngineBinding {

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final OrtSession.RunOptions runOptions;
  private final Map<String, OnnxTensor> inputTensors = new HashMap<>();
  private final Map<String, OnnxTensor> pinned = new HashMap<>();
  private final Set<String> fetched = new HashSet<>();

  JavaOrtBinding(
      Arena arena,
      String graph,
      BoundShapes shapes,
      OrtSession session,
      Consumer<EngineBinding> onClose)
      throws OrtException {
    super(arena, graph, shapes, spec -> OffHeap.allocate(arena, spec), onClose);
    this.session = session;
    this.runOptions = new OrtSession.RunOptions();
    try {
      inputs.forEach(this::inputMoved);
      for (BoundTensor output : outputs) {
        if (output.isSized()) {
          outputMoved(output);
        } else {
          fetched.add(output.name());
        }
      }
    } catch (RuntimeException failed) {
      free();
      throw failed;
    }
  }

  @Override
  protected void execute() {
    try (OrtSession.Result result = session.run(inputTensors, fetched, pinned, runOptions)) {
      for (BoundTensor output : outputs) {
        if (fetched.contains(output.name())) {
          copyOut(output, (OnnxTensor) result.get(output.name()).orElseThrow());
        }
      }
    } catch (OrtException failed) {
      throw JavaOrtErrors.translate("Run", failed);
    }
  }

  @Override
  protected void executeWithin(Duration timeout) {
    try (TimeLimit _ = TimeLimit.in(timeout, () -> abort(RunGate.Abort.TIMED_OUT))) {
      execute();
    }
  }

  @Override
  protected void stop() {
    setTerminate(true);
  }

  @Override
  protected void unstop() {
    setTerminate(false);
  }

  @Override
  protected void inputMoved(BoundTensor input) {
    replace(inputTensors, input);
  }

  @Override
  protected void outputMoved(BoundTensor output) {
    replace(pinned, output);
  }

  @Override
  protected void free() {
    inputTensors.values().forEach(OnnxTensor::close);
    pinned.values().forEach(OnnxTensor::close);
    runOptions.close();
  }

  @Override
  protected boolean holdsMemory() {
    return false;
  }

  @Override
  protected String abortMeans() {
    return "ONNX Runtime stopped it between two operators";
  }

  /** Wraps the memory of a tensor and closes what wrapped its memory before. */
  private void replace(Map<String, OnnxTensor> tensors, BoundTensor tensor) {
    try {
      ByteBuffer memory = tensor.segment().asByteBuffer();
      OnnxTensor wrapped =
          OnnxTensor.createTensor(
              environment,
              memory,
              tensor.spec().shape().toArray(),
              JavaOrtTypes.javaType(tensor.spec().type()));
      OnnxTensor before = tensors.put(tensor.name(), wrapped);
      if (before != null) {
        before.close();
      }
    } catch (OrtException failed) {
      throw JavaOrtErrors.translate("CreateTensorWithDataAsOrtValue", failed);
    }
  }

  /** Copies an output into memory of its own, since the result is closed with the run. */
  private void copyOut(BoundTensor output, OnnxTensor value) {
    TensorSpec actual = output.spec().withShape(Shape.of(value.getInfo().getShape()));
    MemorySegment memory =
        output.isBound() && output.segment().byteSize() == actual.byteSize()
            ? output.segment()
            : OffHeap.allocate(arena, actual);
    memory.copyFrom(MemorySegment.ofBuffer(value.getByteBuffer()));
    output.became(actual, memory);
  }

  private void setTerminate(boolean terminate) {
    try {
      runOptions.setTerminate(terminate);
    } catch (OrtException failed) {
      throw JavaOrtErrors.translate("RunOptionsSetTerminate", failed);
    }
  }
}
