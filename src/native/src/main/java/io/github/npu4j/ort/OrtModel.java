package io.github.npu4j.ort;

import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_CreateSession;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_CreateSessionFromArray;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_ReleaseModelMetadata;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_ReleaseSession;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_SessionEndProfiling;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_SessionGetModelMetadata;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_SessionGetProfilingStartTimeNs;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_SetEpDynamicOptions;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.NativeCallException;
import io.github.npu4j.internal.ffm.CStrings;
import io.github.npu4j.ort.abi.NativeHandle;
import io.github.npu4j.ort.abi.OrtApi;
import io.github.npu4j.ort.abi.OrtErrors;
import io.github.npu4j.tensor.TensorSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * An open model: ONNX, EPContext or ORT format ({@code OrtSession}).
 *
 * <p>May be shared between threads. {@link #close()} closes its bindings and waits for all runs in
 * flight; it must not be called by a callback inside a run.
 */
public final class OrtModel implements AutoCloseable {

  /** With this entry the library would go on reading the caller's bytes. */
  private static final String USES_BYTES_IN_PLACE = "session.use_ort_model_bytes_directly";

  private final Ort ort;
  private final OrtApi api;
  private final NativeHandle session;
  private final ModelSignature signature;
  private final List<Retained> held;
  private final Set<IoBinding> bindings = ConcurrentHashMap.newKeySet();

  private OrtModel(Ort ort, NativeHandle session, ModelSignature signature, List<Retained> held) {
    this.ort = ort;
    this.api = ort.api();
    this.session = session;
    this.signature = signature;
    this.held = held;
  }

  /**
   * Opens a model file ({@code CreateSession}). External data is read from the files beside it.
   *
   * @throws BadModelException if the file is absent, damaged, or has inputs or outputs that are no
   *     tensors of fixed-size elements
   * @throws io.github.npu4j.error.IncompatibleModelException if a newer library wrote it
   * @throws io.github.npu4j.error.RunAbortedException if {@link SessionOptions#cancelOpening()}
   *     ended it
   */
  public static OrtModel open(Ort ort, Path file, SessionOptions options) {
    try (Arena scratch = Arena.ofConfined()) {
      long path = CStrings.path(scratch, file).address();
      return open(
          ort,
          file.toString(),
          options,
          settings ->
              ort.api()
                  .get("CreateSession", OrtApi_CreateSession(), ort.environment(), path, settings));
    }
  }

  /**
   * Opens a model in memory, which is free again afterwards ({@code CreateSessionFromArray}).
   *
   * @param bytes native memory with the whole file
   * @throws BadInputException if the memory is on the heap
   * @throws BadModelException as {@link #open(Ort, Path, SessionOptions)}
   */
  public static OrtModel open(Ort ort, MemorySegment bytes, SessionOptions options) {
    if (!bytes.isNative()) {
      throw new BadInputException(
          "can't open a model from this memory",
          "the segment is on the Java heap, where native code can't reach it",
          "Allocate it with an Arena, or map the file.");
    }
    if (options.config().getOrDefault(USES_BYTES_IN_PLACE, "0").equals("1")) {
      throw new IllegalArgumentException(
          USES_BYTES_IN_PLACE + " would need the memory as long as the model: open the file");
    }
    return open(
        ort,
        "the model in memory",
        options,
        settings -> {
          try (Arena scratch = Arena.ofConfined()) {
            MemorySegment out = scratch.allocate(JAVA_LONG);
            long status =
                HeldArenas.of(bytes)
                    .call(
                        ort.api().function(OrtApi_CreateSessionFromArray()),
                        ort.environment(),
                        bytes.address(),
                        bytes.byteSize(),
                        settings,
                        out.address(),
                        0,
                        0,
                        0);
            ort.api().checkStatus("CreateSessionFromArray", status);
            return out.get(JAVA_LONG, 0);
          }
        });
  }

  /** Creates a session with the native options. */
  private interface Opening {
    long create(long options);
  }

  private static OrtModel open(Ort ort, String name, SessionOptions options, Opening opening) {
    long settings = options.handle().enter();
    try {
      List<Retained> held = options.retainHeld();
      @Nullable NativeHandle session = null;
      try {
        session =
            ort.api()
                .handle("the model " + name, opening.create(settings), OrtApi_ReleaseSession());
        ModelSignature signature = ModelSignature.of(ort.api(), session.enter());
        session.leave();
        return new OrtModel(ort, session, signature, held);
      } catch (Throwable failed) {
        if (session != null) {
          session.leave();
          session.close();
        }
        held.forEach(Retained::release);
        if (failed instanceof NativeCallException refused) {
          throw OrtErrors.refused(name, refused);
        }
        throw failed;
      }
    } finally {
      options.handle().leave();
    }
  }

  /** Returns the inputs that a run must be given, in the model's order. */
  public List<TensorSpec> inputs() {
    return specs(signature.inputs());
  }

  /** Returns the outputs, in the model's order. */
  public List<TensorSpec> outputs() {
    return specs(signature.outputs());
  }

  /** Returns the initializers that a run may be given as inputs. */
  public List<TensorSpec> overridableInitializers() {
    return specs(signature.overridableInitializers());
  }

  /**
   * Returns the names of an input's or output's dimensions, one each, empty where there is none.
   *
   * @throws BadInputException if there is no such input or output
   */
  public List<String> dimensionNames(String tensor) {
    TensorInfo input = signature.inputs().get(tensor);
    if (input != null) {
      return input.dimensionNames();
    }
    signature.requireOutput(tensor);
    return Objects.requireNonNull(signature.outputs().get(tensor)).dimensionNames();
  }

  /** Reads what the model says of itself ({@code SessionGetModelMetadata}). */
  public ModelMetadata metadata() {
    long model = session.enter();
    try {
      NativeHandle metadata =
          api.create(
              "the model's metadata",
              OrtApi_ReleaseModelMetadata(),
              "SessionGetModelMetadata",
              OrtApi_SessionGetModelMetadata(),
              model);
      try {
        return ModelMetadata.from(api, metadata.enter());
      } finally {
        metadata.leave();
        metadata.close();
      }
    } finally {
      session.leave();
    }
  }

  /**
   * Lists every node with the provider that runs it ({@code Session_GetEpGraphAssignmentInfo}). The
   * model must have been opened with {@code session.record_ep_graph_assignment_info} set to 1.
   *
   * @throws NativeCallException if it was not
   */
  public List<NodeAssignment> assignments() {
    long model = session.enter();
    try {
      return NodeAssignment.from(api, model);
    } finally {
      session.leave();
    }
  }

  /** Makes a binding of memory to this model's inputs and outputs ({@code CreateIoBinding}). */
  public IoBinding bind() {
    long model = session.enter();
    try {
      IoBinding binding = IoBinding.create(ort, model, signature, bindings::remove);
      bindings.add(binding);
      return binding;
    } finally {
      session.leave();
    }
  }

  /**
   * Runs the model into tensors of the caller ({@code Run}).
   *
   * @param inputs every input by name; overridable initializers too
   * @param outputs the outputs that are wanted, of static shape
   * @param options how to run, or {@code null}
   * @throws BadInputException if a name, type or shape does not fit
   * @throws io.github.npu4j.error.RunAbortedException if the options ended it
   */
  public void run(
      Map<String, OrtTensor> inputs, Map<String, OrtTensor> outputs, @Nullable RunOptions options) {
    try (RunCall call = new RunCall(ort, Arena.ofConfined(), signature, inputs, outputs)) {
      long model = session.enter();
      try {
        call.run(model, options);
      } finally {
        session.leave();
      }
    }
  }

  /**
   * Runs the model into memory that the library allocates ({@code Run}).
   *
   * @param inputs every input by name; overridable initializers too
   * @param outputs the names of the outputs that are wanted
   * @param options how to run, or {@code null}
   * @return the outputs by name, which the caller closes
   * @throws BadInputException if a name, type or shape does not fit
   * @throws io.github.npu4j.error.RunAbortedException if the options ended it
   */
  public Map<String, OrtTensor> run(
      Map<String, OrtTensor> inputs, Collection<String> outputs, @Nullable RunOptions options) {
    try (RunCall call = new RunCall(ort, Arena.ofConfined(), signature, inputs, outputs)) {
      long model = session.enter();
      try {
        call.run(model, options);
        return call.takeOutputs();
      } finally {
        session.leave();
      }
    }
  }

  /**
   * Starts a run on the library's own threads ({@code RunAsync}), or on the executor if the library
   * has no thread to spare for it, as with {@link SessionOptions#intraOpThreads} of 1.
   *
   * @param inputs every input by name; the tensors are kept in being, their elements must not be
   *     changed until the run has ended
   * @param outputs the outputs that are wanted, of static shape
   * @param options how to run, or {@code null}; cancelling the future does not end the run, {@link
   *     RunOptions#terminate()} does
   * @param executor completes the future, so that the library's threads do no work of the caller's
   * @return done when the outputs are there
   * @throws BadInputException if a name, type or shape does not fit
   * @throws IllegalArgumentException if a tensor's memory lies in an arena that could be closed
   *     during the run: only {@link OrtTensor#allocate} and the global arena are safe
   */
  public CompletableFuture<@Nullable Void> runAsync(
      Map<String, OrtTensor> inputs,
      Map<String, OrtTensor> outputs,
      @Nullable RunOptions options,
      Executor executor) {
    RunCall call = new RunCall(ort, Arena.ofShared(), signature, inputs, outputs);
    return AsyncRun.start(api, session, call, options, executor);
  }

  /** Writes the profile that {@link SessionOptions#enableProfiling} began; returns its file. */
  public Path endProfiling() {
    long model = session.enter();
    try {
      return Path.of(
          api.takeString(
              api.get(
                  "SessionEndProfiling", OrtApi_SessionEndProfiling(), model, api.allocator())));
    } finally {
      session.leave();
    }
  }

  /** Returns when profiling began, in nanoseconds of a steady clock. */
  public long profilingStartNanos() {
    long model = session.enter();
    try {
      return api.get(
          "SessionGetProfilingStartTimeNs", OrtApi_SessionGetProfilingStartTimeNs(), model);
    } finally {
      session.leave();
    }
  }

  /**
   * Changes options of the execution providers while the model is open ({@code
   * SetEpDynamicOptions}), such as {@code ep.dynamic.workload_type}.
   */
  public void dynamicOptions(Map<String, String> settings) {
    long model = session.enter();
    try (Arena scratch = Arena.ofConfined()) {
      api.check(
          "SetEpDynamicOptions",
          OrtApi_SetEpDynamicOptions(),
          model,
          OrtApi.strings(scratch, settings.keySet()).address(),
          OrtApi.strings(scratch, settings.values()).address(),
          settings.size());
    } finally {
      session.leave();
    }
  }

  /** Closes the bindings, waits for the runs in flight and releases the model. */
  @Override
  public void close() {
    session.close(() -> bindings.forEach(IoBinding::close), () -> held.forEach(Retained::release));
  }

  private static List<TensorSpec> specs(Map<String, TensorInfo> tensors) {
    return tensors.values().stream().map(TensorInfo::spec).toList();
  }
}
