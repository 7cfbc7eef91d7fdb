package io.github.npu4j.engine.ort;

import io.github.npu4j.engine.execution.BoundShapes;
import io.github.npu4j.engine.execution.BoundTensor;
import io.github.npu4j.engine.execution.EngineBinding;
import io.github.npu4j.engine.execution.RunGate;
import io.github.npu4j.engine.execution.TimeLimit;
import io.github.npu4j.ort.IoBinding;
import io.github.npu4j.ort.OrtModel;
import io.github.npu4j.ort.OrtTensor;
import io.github.npu4j.ort.RunOptions;
import io.github.npu4j.tensor.OffHeap;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * An IoBinding: inputs and outputs of known size over memory that was bound once, others allocated
 * by the library in each run and kept until the next.
 *
 * <p>Owns the binding, the run options and the tensors over its memory; the session is its model's.
 * Where every output is of known size, a run makes no object.
 */
final class OrtEngineBinding extends EngineBinding {

  private final OrtMemory memory;
  private final IoBinding binding;
  private final RunOptions runOptions;

  /** Whether no output has to be fetched. */
  private boolean allSized;

  /** What the library has allocated for outputs in the last run; closed when replaced. */
  private final Map<String, OrtTensor> fetched = new HashMap<>();

  OrtEngineBinding(
      Arena arena,
      String graph,
      BoundShapes shapes,
      OrtMemory memory,
      OrtModel session,
      Consumer<EngineBinding> onClose) {
    super(arena, graph, shapes, memory::allocate, onClose);
    this.memory = memory;
    this.allSized = outputs.stream().allMatch(BoundTensor::isSized);
    this.binding = session.bind();
    RunOptions options = null;
    try {
      options = RunOptions.create(memory.ort());
      inputs.forEach(this::inputMoved);
      for (BoundTensor output : outputs) {
        if (output.isSized()) {
          outputMoved(output);
        } else {
          binding.bindOutput(output.name());
        }
      }
    } catch (RuntimeException failed) {
      if (options != null) {
        options.close();
      }
      binding.close();
      throw failed;
    }
    this.runOptions = options;
  }

  @Override
  public void bindInput(String name, MemorySegment own, Shape shape) {
    requireIdle();
    BoundTensor input = requireInput(name);
    TensorSpec spec = input.spec().withShape(shape);
    MemorySegment memory = OffHeap.requireFits(own, spec);
    this.memory.with(memory, spec, tensor -> binding.bindInput(name, tensor));
    input.bind(spec, memory);
  }

  @Override
  public void bindOutput(String name, MemorySegment own, Shape shape) {
    requireIdle();
    BoundTensor output = requireOutput(name);
    TensorSpec spec = output.spec().withShape(shape);
    MemorySegment memory = OffHeap.requireFits(own, spec);
    this.memory.with(memory, spec, tensor -> binding.bindOutput(name, tensor));
    boolean sized = output.isSized();
    output.bind(spec, memory);
    if (!sized) {
      allSized = outputs.stream().allMatch(BoundTensor::isSized);
      OrtTensor before = fetched.remove(name);
      if (before != null) {
        before.close();
      }
    }
  }

  @Override
  protected void execute() {
    binding.run(runOptions);
    if (!allSized) {
      fetch();
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
    runOptions.terminate();
  }

  @Override
  protected void unstop() {
    runOptions.clearTermination();
  }

  @Override
  protected void inputMoved(BoundTensor input) {
    memory.with(input.segment(), input.spec(), tensor -> binding.bindInput(input.name(), tensor));
  }

  @Override
  protected void outputMoved(BoundTensor output) {
    memory.with(
        output.segment(), output.spec(), tensor -> binding.bindOutput(output.name(), tensor));
  }

  @Override
  protected void free() {
    binding.close();
    runOptions.close();
    fetched.values().forEach(OrtTensor::close);
    memory.close();
  }

  @Override
  protected boolean holdsMemory() {
    return true;
  }

  @Override
  protected String abortMeans() {
    return "ONNX Runtime stopped it between two operators, one of which may be a whole compiled"
        + " graph";
  }

  /**
   * Takes the outputs that the library has allocated. Every value that it hands out is a new
   * handle, also those of outputs over our own memory: what is not kept is closed.
   */
  private void fetch() {
    Map<String, OrtTensor> values = binding.outputs();
    for (BoundTensor output : outputs) {
      OrtTensor value = values.get(output.name());
      if (value == null) {
        continue;
      }
      if (!output.isSized()) {
        output.became(output.spec().withShape(value.shape()), value.data());
        value = fetched.put(output.name(), value);
      }
      if (value != null) {
        value.close();
      }
    }
  }
}
