package io.github.npu4j.engine.execution;

import io.github.npu4j.engine.Binding;
import io.github.npu4j.engine.GraphSpec;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.RunAbortedException;
import io.github.npu4j.internal.access.HeldMemory;
import io.github.npu4j.numeric.Convert;
import io.github.npu4j.tensor.OffHeap;
import io.github.npu4j.tensor.TensorSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the bindings of all engines have in common: the memory, the checks, and the order of run,
 * cancel and close. An engine adds the native call and what has to change when memory is rebound.
 */
public abstract class EngineBinding implements Binding {

  protected final Arena arena;
  protected final List<BoundTensor> inputs;
  protected final List<BoundTensor> outputs;

  private final String graph;
  private final Map<String, BoundTensor> inputsByName;
  private final Map<String, BoundTensor> outputsByName;
  private final RunGate gate;
  private final Consumer<EngineBinding> onClose;
  private final Runnable unstop = this::unstop;

  /** Holds the memory of callers where the native call doesn't; {@code null} until there is any. */
  private @Nullable HeldMemory held;

  private @Nullable Duration limit;

  /**
   * Makes a binding with memory for every tensor of known size.
   *
   * @param arena shared; closed with the binding
   * @param memory gives zeroed memory for a tensor, which lives as long as the arena
   * @param onClose told once that the binding is closed
   */
  protected EngineBinding(
      Arena arena,
      String graph,
      BoundShapes shapes,
      Function<TensorSpec, MemorySegment> memory,
      Consumer<EngineBinding> onClose) {
    this.arena = arena;
    this.graph = graph;
    this.onClose = onClose;
    this.gate = new RunGate("this binding of graph " + graph);
    this.inputs = tensors(shapes.inputs(), memory);
    this.outputs = tensors(shapes.outputs(), memory);
    this.inputsByName = byName(inputs);
    this.outputsByName = byName(outputs);
  }

  /** Runs the graph on the bound memory. */
  protected abstract void execute();

  /**
   * Runs the graph with a limit; {@link #abort} tells afterwards whether the limit was exceeded.
   * Engines that can stop a run set a time limit, the others check the duration afterwards.
   */
  protected abstract void executeWithin(Duration timeout);

  /** Asks the native side to stop the run in flight; called by other threads. */
  protected abstract void stop();

  /** Undoes {@link #stop()} after the run has ended. */
  protected abstract void unstop();

  /** Tells the native side that an input's memory has moved. */
  protected abstract void inputMoved(BoundTensor input);

  /** Tells the native side that an output's memory has moved. */
  protected abstract void outputMoved(BoundTensor output);

  /** Frees the native state, before the arena is closed. */
  protected abstract void free();

  /** Returns whether the native call itself keeps the callers' arenas open while it runs. */
  protected abstract boolean holdsMemory();

  /** Says in words how a run of this engine ends when it is aborted. */
  protected abstract String abortMeans();

  @Override
  public final String graph() {
    return graph;
  }

  @Override
  public final MemorySegment input(String name) {
    gate.requireIdle();
    return requireInput(name).segment();
  }

  @Override
  public final MemorySegment output(String name) {
    gate.requireIdle();
    return requireOutput(name).segment();
  }

  @Override
  public final TensorSpec inputSpec(String name) {
    return requireInput(name).spec();
  }

  @Override
  public final TensorSpec outputSpec(String name) {
    return requireOutput(name).spec();
  }

  @Override
  public final void bindInput(String name, MemorySegment own) {
    Objects.requireNonNull(own, "own");
    gate.requireIdle();
    BoundTensor input = requireInput(name);
    input.bind(OffHeap.requireFits(own, input.spec()));
    hold(input.index, input);
    inputMoved(input);
  }

  @Override
  public final void bindOutput(String name, MemorySegment own) {
    Objects.requireNonNull(own, "own");
    gate.requireIdle();
    BoundTensor output = requireOutput(name);
    if (!output.isSized()) {
      throw new BadInputException(
          "can't bind memory to output " + output.spec(),
          "its size is known only after a run",
          "Read it by output(\"" + name + "\") after each run.");
    }
    if (own.isReadOnly()) {
      throw new BadInputException(
          "can't bind memory to output " + output.spec(), "the segment is read-only", "");
    }
    output.bind(OffHeap.requireFits(own, output.spec()));
    hold(inputs.size() + output.index, output);
    outputMoved(output);
  }

  @Override
  public final void write(String name, float... values) {
    MemorySegment memory = input(name);
    TensorSpec spec = inputSpec(name);
    requireCount(spec, values.length);
    try {
      Convert.fromFloats(MemorySegment.ofArray(values), memory, spec);
    } catch (IllegalArgumentException refused) {
      throw notConvertible(spec, refused);
    }
  }

  @Override
  public final void read(String name, float[] destination) {
    MemorySegment memory = output(name);
    TensorSpec spec = outputSpec(name);
    requireCount(spec, destination.length);
    try {
      Convert.toFloats(memory, spec, MemorySegment.ofArray(destination));
    } catch (IllegalArgumentException refused) {
      throw notConvertible(spec, refused);
    }
  }

  @Override
  public final void run() {
    gate.enter();
    try {
      if (held == null) {
        execute();
      } else {
        held.run();
      }
    } catch (Throwable failed) {
      throw afterFailure(failed);
    }
    RunGate.Abort abort = gate.leave(unstop);
    if (abort != RunGate.Abort.NONE) {
      throw aborted(abort, null);
    }
  }

  @Override
  public final void run(Duration timeout) {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout " + timeout + " is not above zero");
    }
    gate.enter();
    try {
      if (held == null) {
        executeWithin(timeout);
      } else {
        limit = timeout;
        held.run();
      }
    } catch (Throwable failed) {
      throw afterFailure(failed);
    }
    RunGate.Abort abort = gate.leave(unstop);
    if (abort != RunGate.Abort.NONE) {
      throw aborted(abort, null);
    }
  }

  @Override
  public final void cancel() {
    abort(RunGate.Abort.CANCELLED);
  }

  /** Asks the run in flight to stop, for a reason. */
  protected final void abort(RunGate.Abort why) {
    gate.interrupt(why, this::stop);
  }

  @Override
  public final void close() {
    if (gate.close()) {
      try {
        free();
      } finally {
        BindingMemory.close(arena);
        onClose.accept(this);
      }
    }
  }

  /**
   * Checks that the binding is open and not running.
   *
   * @throws IllegalStateException otherwise
   */
  protected final void requireIdle() {
    gate.requireIdle();
  }

  /** Sees to it that the caller's memory stays open during runs. */
  private void hold(int place, BoundTensor tensor) {
    if (holdsMemory()) {
      return;
    }
    if (held == null) {
      held = new HeldMemory(arena, inputs.size() + outputs.size(), this::executeHeld);
    }
    held.set(place, tensor.segment());
  }

  private void executeHeld() {
    Duration timeout = limit;
    if (timeout == null) {
      execute();
    } else {
      limit = null;
      executeWithin(timeout);
    }
  }

  /** Finds an input by name. */
  protected final BoundTensor requireInput(String name) {
    BoundTensor input = inputsByName.get(name);
    if (input == null) {
      throw GraphSpec.noSuchTensor(graph, name, "input", List.copyOf(inputsByName.keySet()));
    }
    return input;
  }

  /** Finds an output by name. */
  protected final BoundTensor requireOutput(String name) {
    BoundTensor output = outputsByName.get(name);
    if (output == null) {
      throw GraphSpec.noSuchTensor(graph, name, "output", List.copyOf(outputsByName.keySet()));
    }
    return output;
  }

  private static void requireCount(TensorSpec spec, int count) {
    if (spec.shape().elements() != count) {
      throw new BadInputException(
          "can't copy " + count + " floats from or to " + spec,
          "the tensor has " + spec.shape().elements() + " elements",
          "Pass an array of that length.");
    }
  }

  private static BadInputException notConvertible(TensorSpec spec, IllegalArgumentException why) {
    return new BadInputException(
        "can't convert " + spec + " from or to floats",
        String.valueOf(why.getMessage()),
        "Use its memory segment, which holds the elements as they are.",
        why);
  }

  private RuntimeException afterFailure(Throwable failed) {
    RunGate.Abort abort = gate.leave(unstop);
    if (abort != RunGate.Abort.NONE) {
      return aborted(abort, failed);
    }
    if (failed instanceof Error error) {
      throw error;
    }
    return failed instanceof RuntimeException unchecked
        ? unchecked
        : new IllegalStateException("a run of graph " + graph + " threw", failed);
  }

  private RunAbortedException aborted(RunGate.Abort abort, @Nullable Throwable cause) {
    return new RunAbortedException(
        abort == RunGate.Abort.TIMED_OUT
            ? "the run of graph " + graph + " exceeded its time limit"
            : "the run of graph " + graph + " was cancelled",
        abortMeans(),
        "Its outputs are undefined; the binding can be run again.",
        cause);
  }

  private static List<BoundTensor> tensors(
      List<TensorSpec> specs, Function<TensorSpec, MemorySegment> memory) {
    List<BoundTensor> tensors = new ArrayList<>(specs.size());
    for (TensorSpec spec : specs) {
      BoundTensor tensor = new BoundTensor(tensors.size(), spec);
      if (tensor.isSized()) {
        tensor.bind(memory.apply(spec));
      }
      tensors.add(tensor);
    }
    return List.copyOf(tensors);
  }

  private static Map<String, BoundTensor> byName(List<BoundTensor> tensors) {
    Map<String, BoundTensor> names = new LinkedHashMap<>();
    for (BoundTensor tensor : tensors) {
      names.put(tensor.name(), tensor);
    }
    return names;
  }
}
