package io.github.npu4j.qnn;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.NativeCallException;
import io.github.npu4j.error.RunAbortedException;
import io.github.npu4j.internal.ffm.Arenas;
import io.github.npu4j.internal.ffm.Downcall;
import io.github.npu4j.qnn.abi.QnnCode;
import io.github.npu4j.qnn.abi.QnnFunctions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The buffers of one graph and the runs over them.
 *
 * <p>Serves one thread at a time, and says so to a second one. Everything a run needs is built when
 * the buffers are bound: a run allocates nothing. Closing it, from any thread, waits for the run
 * under way.
 */
public final class QnnBinding implements AutoCloseable {

  private final Lifetime lifetime;
  private final QnnGraph graph;
  private final QnnFunctions functions;
  private final Arena arena;
  private final BoundTensors inputs;
  private final BoundTensors outputs;
  private final MemorySegment execute;
  private final long graphAddress;
  private final long inputAddress;
  private final long outputAddress;
  private final int inputCount;
  private final int outputCount;
  private final AtomicBoolean busy = new AtomicBoolean();
  private final MemorySegment[] held = new MemorySegment[Downcall.HELD];
  private int heldCount;

  /** Whether {@link #held} is of the memory that is bound now. */
  private boolean heldKnown = true;

  private boolean complete;

  private QnnBinding(QnnGraph graph, Arena arena) {
    this.lifetime = new Lifetime("this binding", graph.context().lifetime());
    this.graph = graph;
    this.functions = graph.context().qnn().functions();
    this.arena = arena;
    this.inputs = new BoundTensors(arena, graph.info().inputs());
    this.outputs = new BoundTensors(arena, graph.info().outputs());
    this.execute = functions.execute();
    this.graphAddress = graph.handle().address();
    this.inputAddress = inputs.address();
    this.outputAddress = outputs.address();
    this.inputCount = inputs.count();
    this.outputCount = outputs.count();
  }

  static QnnBinding create(QnnGraph graph) {
    return Arenas.own(arena -> new QnnBinding(graph, arena));
  }

  /** Returns the graph that is run. */
  public QnnGraph graph() {
    return graph;
  }

  /**
   * Returns an input's memory, which the caller writes before a run: exactly the tensor's size in
   * the element type of its spec. Valid until this is closed, unless it is the caller's own.
   *
   * @throws BadInputException if the graph has no such input
   * @throws IllegalStateException if this is closed
   */
  public MemorySegment input(String name) {
    return buffer(inputs, name);
  }

  /** Returns an output's memory, which a run writes; see {@link #input(String)}. */
  public MemorySegment output(String name) {
    return buffer(outputs, name);
  }

  /**
   * Binds the caller's own memory to an input. It stays the caller's. A run holds its arena open,
   * so that it can't be closed meanwhile; a run after it was closed is an {@link
   * IllegalStateException}.
   *
   * @param memory native memory, at least as large as the tensor
   * @throws BadInputException if there is no such input, or the memory is on the heap or too small
   * @throws IllegalStateException if this is closed
   */
  public void bindInput(String name, MemorySegment memory) {
    bind(inputs, name, memory);
  }

  /** Binds the caller's own memory to an output; see {@link #bindInput(String, MemorySegment)}. */
  public void bindOutput(String name, MemorySegment memory) {
    bind(outputs, name, memory);
  }

  /**
   * Binds registered memory to an input: the device reads it where it lies.
   *
   * @throws BadInputException if there is no such input, or the registration is for another tensor
   * @throws IllegalStateException if this or the registration is closed
   */
  public void bindInput(String name, RegisteredMemory memory) {
    bind(inputs, name, memory);
  }

  /** Binds registered memory to an output; see {@link #bindInput(String, RegisteredMemory)}. */
  public void bindOutput(String name, RegisteredMemory memory) {
    bind(outputs, name, memory);
  }

  /**
   * Runs the graph once and returns when the outputs are written: {@code QnnGraph_execute}.
   *
   * @throws BadInputException if memory of more arenas is bound than a run can hold open, four
   * @throws NativeCallException if the backend fails
   * @throws IllegalStateException if this is closed, if memory that was bound to it is, or if a run
   *     has not ended
   */
  public void execute() {
    enter();
    try {
      run(MemorySegment.NULL, MemorySegment.NULL);
    } finally {
      exit();
    }
  }

  /**
   * Runs the graph once, profiled, and with a signal that can end it.
   *
   * @param profile takes the run's events in place of those of the run before, or {@code null}
   * @param signal aborts the run or limits its time, or {@code null}
   * @throws RunAbortedException if the signal ended the run
   * @throws NativeCallException if the backend fails; the emulator knows no signals
   * @throws IllegalStateException if this, the profile, the signal or bound memory is closed
   */
  public void execute(@Nullable Profile profile, @Nullable RunSignal signal) {
    enter();
    try {
      if (profile == null) {
        runSignalled(MemorySegment.NULL, signal);
      } else {
        profile.exclusively(() -> runSignalled(profile.handle(), signal));
      }
    } finally {
      exit();
    }
  }

  /**
   * Starts a run and returns at once: {@code QnnGraph_executeAsync}. The buffers belong to the run
   * until the future completes, on a thread of the common pool.
   *
   * <p>Only over memory that nobody can free meanwhile: this binding's own, registered memory, or
   * that of the global arena.
   *
   * @return completes when the outputs are written, or with the run's error
   * @throws NativeCallException if the backend does not start it; the emulator answers 1000
   * @throws IllegalStateException if this is closed, if a run started before has not ended, or if
   *     memory is bound that its owner could free
   */
  public CompletableFuture<Void> executeAsync() {
    enter();
    try {
      holdBorrowed();
      if (heldCount > 0) {
        throw new IllegalStateException(
            "memory is bound whose arena could be closed before the run ends; use input() and"
                + " output(), registered memory or the global arena");
      }
      enterMemory();
    } catch (Throwable refused) {
      exit();
      throw refused;
    }
    AsyncRuns.Run run = new AsyncRuns.Run(functions, this::asyncEnded);
    long number = AsyncRuns.begin(run);
    try {
      long answer =
          Downcall.words(
              functions.executeAsync(),
              graphAddress,
              inputAddress,
              inputCount,
              outputAddress,
              outputCount,
              0,
              0,
              AsyncRuns.callback().address(),
              number,
              0);
      functions.check("QnnGraph_executeAsync", answer);
      return run.future();
    } catch (Throwable notStarted) {
      AsyncRuns.forget(number);
      asyncEnded();
      throw notStarted;
    }
  }

  /** Waits for the run under way and frees the buffers that were not the caller's. */
  @Override
  public void close() {
    lifetime.close(this, () -> Arenas.closeWhenFree(arena));
  }

  private void asyncEnded() {
    exitMemory();
    exit();
  }

  /** Begins a use of this by one thread, which is the only one until it ends. */
  private void enter() {
    lifetime.enter();
    if (!busy.compareAndSet(false, true)) {
      lifetime.exit();
      throw new IllegalStateException(
          "a run of this binding has not ended; each thread needs a binding of its own");
    }
  }

  private void exit() {
    busy.setRelease(false);
    lifetime.exit();
  }

  private void runSignalled(MemorySegment profile, @Nullable RunSignal signal) {
    if (signal == null) {
      run(profile, MemorySegment.NULL);
      return;
    }
    signal.lifetime().enter();
    try {
      run(profile, signal.handle());
    } finally {
      signal.lifetime().exit();
    }
  }

  private void run(MemorySegment profile, MemorySegment signal) {
    enterMemory();
    long answer;
    try {
      answer = call(profile.address(), signal.address());
    } finally {
      exitMemory();
    }
    if (answer != 0) {
      throw failed(answer);
    }
  }

  /** Calls, holding the callers' arenas open if there are any. */
  private long call(long profile, long signal) {
    return heldCount == 0
        ? Downcall.words(
            execute,
            graphAddress,
            inputAddress,
            inputCount,
            outputAddress,
            outputCount,
            profile,
            signal,
            0)
        : Downcall.holding(
            execute,
            graphAddress,
            inputAddress,
            inputCount,
            outputAddress,
            outputCount,
            profile,
            signal,
            0,
            held);
  }

  private void enterMemory() {
    holdBorrowed();
    if (!complete) {
      inputs.complete();
      outputs.complete();
      complete = true;
    }
    inputs.enter();
    try {
      outputs.enter();
    } catch (Throwable freed) {
      inputs.exit();
      throw freed;
    }
  }

  private void exitMemory() {
    outputs.exit();
    inputs.exit();
  }

  private RuntimeException failed(long answer) {
    NativeCallException error = functions.failed("QnnGraph_execute", answer);
    QnnCode code = QnnCode.of(answer);
    return code == QnnCode.QNN_GRAPH_ERROR_ABORTED || code == QnnCode.QNN_GRAPH_ERROR_TIMED_OUT
        ? new RunAbortedException("the run was ended", error.why(), "", error)
        : error;
  }

  private MemorySegment buffer(BoundTensors tensors, String name) {
    enter();
    try {
      return tensors.buffer(name);
    } finally {
      exit();
    }
  }

  private void bind(BoundTensors tensors, String name, MemorySegment memory) {
    enter();
    try {
      tensors.bind(name, memory);
      heldKnown = false;
    } finally {
      exit();
    }
  }

  private void bind(BoundTensors tensors, String name, RegisteredMemory memory) {
    enter();
    try {
      tensors.bind(name, memory);
      heldKnown = false;
    } finally {
      exit();
    }
  }

  /**
   * Finds the callers' arenas; a call holds only so many. They are counted when the graph runs, not
   * when memory is bound: while tensors move from one arena to another, some are still bound to
   * memory of the former.
   */
  private void holdBorrowed() {
    if (heldKnown) {
      return;
    }
    List<MemorySegment> borrowed = new ArrayList<>();
    inputs.addBorrowed(borrowed);
    outputs.addBorrowed(borrowed);
    if (borrowed.size() > held.length) {
      throw new BadInputException(
          "can't run over memory of more than " + held.length + " arenas",
          "a run can't hold more of them open",
          "Allocate the memory from fewer arenas, or use input() and output().");
    }
    Arrays.fill(held, MemorySegment.NULL);
    heldCount = borrowed.size();
    for (int i = 0; i < heldCount; i++) {
      held[i] = borrowed.get(i);
    }
    heldKnown = true;
  }
}
