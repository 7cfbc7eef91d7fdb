package io.github.npu4j.engine.direct;

import io.github.npu4j.engine.ProfileLevel;
import io.github.npu4j.engine.execution.BoundShapes;
import io.github.npu4j.engine.execution.BoundTensor;
import io.github.npu4j.engine.execution.EngineBinding;
import io.github.npu4j.engine.execution.RunGate;
import io.github.npu4j.engine.execution.TimeLimit;
import io.github.npu4j.error.NativeCallException;
import io.github.npu4j.qnn.HtpPower;
import io.github.npu4j.qnn.Profile;
import io.github.npu4j.qnn.ProfileEvent;
import io.github.npu4j.qnn.Qnn;
import io.github.npu4j.qnn.QnnBinding;
import io.github.npu4j.qnn.QnnContext;
import io.github.npu4j.qnn.RegisteredMemory;
import io.github.npu4j.qnn.RunSignal;
import io.github.npu4j.qnn.SharedBuffer;
import io.github.npu4j.qnn.info.GraphInfo;
import io.github.npu4j.qnn.info.GraphTensor;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs of one graph on HTP: waits for its turn on the device, votes for power, executes, and loads
 * the model again once if the device was lost.
 */
final class DirectBinding extends EngineBinding {

  private static final Logger LOGGER = System.getLogger("io.github.npu4j.engine");

  private final DirectModel model;
  private final GraphInfo info;
  private final DirectMemory memory;
  private final DeviceQueue queue;
  private final DeviceQueue.Ticket ticket = new DeviceQueue.Ticket();
  private final @Nullable HtpPower power;

  private QnnContext context;
  private QnnBinding run;
  private @Nullable RunSignal signal;
  private @Nullable Profile profiling;
  private boolean begun;

  DirectBinding(
      DirectModel model,
      String graph,
      GraphInfo info,
      BoundShapes shapes,
      DirectMemory memory,
      Consumer<EngineBinding> onClose) {
    super(memory.arena(), graph, shapes, memory::allocate, onClose);
    this.model = model;
    this.info = info;
    this.memory = memory;
    this.queue = model.htp().queue();
    this.power = model.power();
    this.signal = model.hasSignals() ? RunSignal.aborting(model.htp().qnn()) : null;
    this.context = model.context();
    this.run = attach(context);
  }

  @Override
  protected void execute() {
    executeInTurn(DeviceQueue.FOREVER);
  }

  /**
   * A backend with signals is stopped by a time limit; for the others the run is awaited and its
   * duration checked.
   */
  @Override
  protected void executeWithin(Duration timeout) {
    if (signal != null) {
      try (TimeLimit _ = TimeLimit.in(timeout, () -> abort(RunGate.Abort.TIMED_OUT))) {
        executeInTurn(DeviceQueue.FOREVER);
      }
      return;
    }
    long limit = TimeLimit.saturatedNanos(timeout);
    long start = System.nanoTime();
    boolean hadTurn = executeInTurn(limit);
    if (!hadTurn || System.nanoTime() - start > limit) {
      abort(RunGate.Abort.TIMED_OUT);
    }
  }

  @Override
  public List<ProfileEvent> profile(ProfileLevel level) {
    Profile.Level wanted =
        level == ProfileLevel.BASIC ? Profile.Level.BASIC : Profile.Level.DETAILED;
    try (Profile profile = Profile.create(model.htp().qnn(), wanted)) {
      profiling = profile;
      run();
      return profile.events();
    } finally {
      profiling = null;
    }
  }

  @Override
  protected void stop() {
    queue.abandonTurn(ticket);
    if (signal != null) {
      try {
        signal.abort();
      } catch (NativeCallException refused) {
        LOGGER.log(Level.WARNING, "the run could not be stopped: " + refused.getMessage());
      }
    }
  }

  /** The ticket is void, and a signal that was triggered is used up. */
  @Override
  protected void unstop() {
    ticket.renew();
    if (signal != null) {
      signal.close();
      signal = RunSignal.aborting(model.htp().qnn());
    }
  }

  @Override
  public long queueNanos() {
    return ticket.waitedNanos();
  }

  @Override
  protected void inputMoved(BoundTensor input) {
    if (context == model.context()) { // else the next run binds everything anew
      bindInput(context, run, input);
    }
  }

  @Override
  protected void outputMoved(BoundTensor output) {
    if (context == model.context()) {
      bindOutput(context, run, output);
    }
  }

  @Override
  protected void free() {
    try (memory;
        RunSignal _ = signal) {
      run.close();
    }
  }

  @Override
  protected boolean holdsMemory() {
    return true;
  }

  @Override
  protected String abortMeans() {
    if (!begun) {
      return "it was still waiting for its turn on the device";
    }
    return signal != null
        ? "the device stopped it"
        : "it had begun, and this backend has no call that stops a graph, so it went on to its end";
  }

  /** Returns whether the turn came. */
  private boolean executeInTurn(long timeoutNanos) {
    begun = false;
    if (!queue.enter(ticket, timeoutNanos)) {
      return false;
    }
    begun = true;
    try {
      moveTo(model.contextInTurn());
      executePowered();
    } catch (NativeCallException failed) {
      if (!Qnn.lostDevice(failed)) {
        throw failed;
      }
      model.dropContext(context, failed);
      moveTo(model.contextInTurn());
      executePowered();
    } finally {
      queue.leave();
    }
    return true;
  }

  private void executePowered() {
    if (power == null) {
      executeNow();
      return;
    }
    power.begin();
    try {
      executeNow();
    } finally {
      power.end();
    }
  }

  private void executeNow() {
    if (signal == null && profiling == null) {
      run.execute();
    } else {
      run.execute(profiling, signal);
    }
  }

  /** Binds the memory to the graph of another context; the old one is closed, and its binding. */
  private void moveTo(QnnContext now) {
    if (now == context) {
      return;
    }
    run.close();
    run = attach(now);
    context = now;
  }

  private QnnBinding attach(QnnContext to) {
    QnnBinding fresh = model.retrieve(to, info.name()).bind();
    try {
      inputs.forEach(input -> bindInput(to, fresh, input));
      outputs.forEach(output -> bindOutput(to, fresh, output));
      return fresh;
    } catch (RuntimeException failed) {
      fresh.close();
      throw failed;
    }
  }

  private void bindInput(QnnContext in, QnnBinding to, BoundTensor input) {
    RegisteredMemory registered = register(in, info.inputs().get(input.index), input.segment());
    if (registered == null) {
      to.bindInput(input.name(), input.segment());
    } else {
      to.bindInput(input.name(), registered);
    }
  }

  private void bindOutput(QnnContext in, QnnBinding to, BoundTensor output) {
    RegisteredMemory registered = register(in, info.outputs().get(output.index), output.segment());
    if (registered == null) {
      to.bindOutput(output.name(), output.segment());
    } else {
      to.bindOutput(output.name(), registered);
    }
  }

  /** Returns the registration of shared memory, or {@code null} where it is plain or refused. */
  private @Nullable RegisteredMemory register(
      QnnContext in, GraphTensor tensor, MemorySegment segment) {
    SharedBuffer buffer = memory.bufferOf(segment);
    if (buffer == null) {
      return null;
    }
    try {
      return in.register(buffer, 0, tensor);
    } catch (NativeCallException refused) {
      LOGGER.log(
          Level.WARNING, "memory of " + tensor.name() + " is not shared: " + refused.getMessage());
      return null;
    }
  }
}
