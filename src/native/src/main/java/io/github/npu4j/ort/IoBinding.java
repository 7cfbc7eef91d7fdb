package io.github.npu4j.ort;

import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_BindInput;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_BindOutput;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_BindOutputToDevice;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_ClearBoundInputs;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_ClearBoundOutputs;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_CreateIoBinding;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_GetBoundOutputNames;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_GetBoundOutputValues;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_ReleaseIoBinding;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_ReleaseValue;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_RunWithBinding;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_SynchronizeBoundInputs;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_SynchronizeBoundOutputs;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.ort.abi.NativeHandle;
import io.github.npu4j.ort.abi.OrtApi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tensors bound to a model's inputs and outputs, for runs without a look-up or an object ({@code
 * OrtIoBinding}).
 *
 * <p>Belongs to one thread at a time; a second thread that uses it meanwhile gets an {@link
 * IllegalStateException}. {@link #close()} may be called by any thread and waits for the run in
 * flight. Bound tensors are kept in being until they are bound anew or the binding is closed, even
 * if they are closed themselves.
 */
public final class IoBinding implements AutoCloseable {

  private final Ort ort;
  private final OrtApi api;
  private final NativeHandle handle;
  private final long model;
  private final ModelSignature signature;
  private final MemorySegment runWithBinding;
  private final Map<String, OrtTensor> inputs = new HashMap<>();
  private final Map<String, OrtTensor> outputs = new HashMap<>();
  private final Consumer<IoBinding> onClose;
  private final Set<String> libraryOutputs = new HashSet<>();

  /** What a run has to hold, or null if that changed since the last one. */
  private @Nullable HeldArenas arenas = HeldArenas.NONE;

  private boolean hasRun;

  private IoBinding(
      Ort ort,
      NativeHandle handle,
      long model,
      ModelSignature signature,
      Consumer<IoBinding> onClose) {
    this.ort = ort;
    this.api = ort.api();
    this.handle = handle;
    this.model = model;
    this.signature = signature;
    this.onClose = onClose;
    this.runWithBinding = api.function(OrtApi_RunWithBinding());
  }

  /**
   * Creates a binding.
   *
   * @param model the session, which outlives the binding
   * @param onClose told when the binding is closed
   */
  static IoBinding create(
      Ort ort, long model, ModelSignature signature, Consumer<IoBinding> onClose) {
    NativeHandle handle =
        ort.api()
            .create(
                "the binding",
                OrtApi_ReleaseIoBinding(),
                "CreateIoBinding",
                OrtApi_CreateIoBinding(),
                model);
    return new IoBinding(ort, handle, model, signature, onClose);
  }

  /**
   * Binds an input, in place of what was bound before ({@code BindInput}).
   *
   * @throws BadInputException if there is no such input, or the type or shape does not fit
   * @throws IllegalStateException if the tensor or this binding is closed
   */
  public void bindInput(String name, OrtTensor tensor) {
    signature.requireInput(name, tensor);
    bind("BindInput", OrtApi_BindInput(), inputs, name, tensor);
  }

  /**
   * Binds an output to memory of known shape, in place of what was bound before ({@code
   * BindOutput}).
   *
   * @throws BadInputException if there is no such output, or the type or shape does not fit
   * @throws IllegalStateException if the tensor or this binding is closed
   */
  public void bindOutput(String name, OrtTensor tensor) {
    signature.requireOutput(name, tensor);
    bind("BindOutput", OrtApi_BindOutput(), outputs, name, tensor);
  }

  /**
   * Has the library allocate an output in each run, for a shape that is not known before ({@code
   * BindOutputToDevice}); {@link #output} fetches it.
   *
   * @throws BadInputException if there is no such output
   */
  public void bindOutput(String name) {
    signature.requireOutput(name);
    long binding = handle.enterAlone();
    try {
      leaveToLibrary(binding, name);
      replace(outputs, name, null);
      libraryOutputs.add(name);
    } finally {
      handle.leave();
    }
  }

  /** Runs the model with what is bound, as {@link #run(RunOptions)} without options. */
  public void run() {
    run(null);
  }

  /**
   * Runs the model with what is bound ({@code RunWithBinding}). Allocates nothing in Java if every
   * output is bound to a tensor.
   *
   * @param options how to run, or {@code null}
   * @throws io.github.npu4j.error.RunAbortedException if the options ended it
   * @throws BadInputException if the memory that is bound is of more arenas than a call can hold
   * @throws IllegalStateException if this binding, its model or the arena of bound memory is closed
   */
  public void run(@Nullable RunOptions options) {
    long binding = handle.enterAlone();
    try {
      HeldArenas held = arenas();
      if (hasRun && !libraryOutputs.isEmpty()) {
        libraryOutputs.forEach(name -> leaveToLibrary(binding, name));
      }
      hasRun = true;
      long status;
      if (options == null) {
        status = held.call(runWithBinding, model, 0, binding, 0, 0, 0, 0, 0);
      } else {
        long settings = options.handle().enter();
        try {
          status = held.call(runWithBinding, model, settings, binding, 0, 0, 0, 0, 0);
        } finally {
          options.handle().leave();
        }
      }
      api.checkStatus("RunWithBinding", status);
    } finally {
      handle.leave();
    }
  }

  /**
   * Fetches an output of the last run ({@code GetBoundOutputValues}), wherever it was bound to.
   *
   * @return a tensor over the output's memory, which the caller closes; for an output of {@link
   *     #bindOutput(String)} it stays as it is when the model runs again
   * @throws BadInputException if no output of that name is bound
   */
  public OrtTensor output(String name) {
    Map<String, OrtTensor> all = outputs();
    OrtTensor wanted = all.remove(name);
    all.values().forEach(OrtTensor::close);
    if (wanted == null) {
      throw new BadInputException(
          "there is no output " + name + " to fetch",
          "the outputs that are bound are " + all.keySet(),
          "Bind it and run.");
    }
    return wanted;
  }

  /**
   * Fetches all outputs of the last run, as {@link #output}.
   *
   * @return the outputs by name, in the order of binding, which the caller closes
   */
  public Map<String, OrtTensor> outputs() {
    long binding = handle.enterAlone();
    try {
      List<String> names = outputNames(binding);
      long[] values = outputValues(binding);
      Map<String, OrtTensor> fetched = new LinkedHashMap<>();
      int next = 0;
      try {
        while (next < values.length) {
          String name = names.get(next);
          fetched.put(name, OrtTensor.of(api, "the output " + name, values[next++]));
        }
      } catch (Throwable failed) {
        fetched.values().forEach(OrtTensor::close);
        for (; next < values.length; next++) {
          api.call(OrtApi_ReleaseValue(), values[next]);
        }
        throw failed;
      }
      return fetched;
    } finally {
      handle.leave();
    }
  }

  /** Takes all inputs away ({@code ClearBoundInputs}). */
  public void clearInputs() {
    clear(OrtApi_ClearBoundInputs(), inputs);
  }

  /** Takes all outputs away ({@code ClearBoundOutputs}). */
  public void clearOutputs() {
    clear(OrtApi_ClearBoundOutputs(), outputs);
  }

  /** Waits until inputs have arrived on their device ({@code SynchronizeBoundInputs}). */
  public void synchronizeInputs() {
    call("SynchronizeBoundInputs", OrtApi_SynchronizeBoundInputs());
  }

  /** Waits until outputs have left their device ({@code SynchronizeBoundOutputs}). */
  public void synchronizeOutputs() {
    call("SynchronizeBoundOutputs", OrtApi_SynchronizeBoundOutputs());
  }

  /** Waits for the run in flight and lets go of the bound tensors. */
  @Override
  public void close() {
    handle.close(
        () -> onClose.accept(this),
        () -> {
          Stream.concat(inputs.values().stream(), outputs.values().stream())
              .forEach(OrtTensor::unpin);
          inputs.clear();
          outputs.clear();
        });
  }

  /**
   * Has the library allocate an output. It would give the next run the memory of the last, of the
   * last one's shape, so this is repeated before each run.
   */
  private void leaveToLibrary(long binding, String name) {
    try (Arena scratch = Arena.ofConfined()) {
      api.check(
          "BindOutputToDevice",
          OrtApi_BindOutputToDevice(),
          binding,
          scratch.allocateFrom(name).address(),
          ort.cpuMemory());
    }
  }

  private void bind(
      String function, int slot, Map<String, OrtTensor> bound, String name, OrtTensor tensor) {
    long binding = handle.enterAlone();
    try {
      tensor.pin();
      try (Arena scratch = Arena.ofConfined()) {
        api.check(function, slot, binding, scratch.allocateFrom(name).address(), tensor.value());
      } catch (Throwable failed) {
        tensor.unpin();
        throw failed;
      }
      replace(bound, name, tensor);
      if (bound == outputs) {
        libraryOutputs.remove(name);
      }
    } finally {
      handle.leave();
    }
  }

  private void replace(Map<String, OrtTensor> bound, String name, @Nullable OrtTensor tensor) {
    OrtTensor before = tensor == null ? bound.remove(name) : bound.put(name, tensor);
    if (before != null) {
      before.unpin();
    }
    if (!sameArena(before, tensor)) {
      arenas = null;
    }
  }

  /** Returns whether a tensor in place of another changes nothing about what a run has to hold. */
  private static boolean sameArena(@Nullable OrtTensor before, @Nullable OrtTensor after) {
    OrtTensor held = before == null || !before.isBorrowed() ? null : before;
    OrtTensor toHold = after == null || !after.isBorrowed() ? null : after;
    if (held == null || toHold == null) {
      return held == toHold;
    }
    return held.memory().scope().equals(toHold.memory().scope());
  }

  /**
   * Returns what a run has to hold. It is counted when the model runs, not when a tensor is bound:
   * while tensors move from one arena to another, some are still bound to memory of the former.
   */
  private HeldArenas arenas() {
    HeldArenas known = arenas;
    if (known == null) {
      List<OrtTensor> all = new ArrayList<>(inputs.values());
      all.addAll(outputs.values());
      known = HeldArenas.of(all);
      arenas = known;
    }
    return known;
  }

  private void clear(int slot, Map<String, OrtTensor> bound) {
    long binding = handle.enterAlone();
    try {
      api.call(slot, binding);
      bound.values().forEach(OrtTensor::unpin);
      bound.clear();
      if (bound == outputs) {
        libraryOutputs.clear();
      }
      arenas = null;
    } finally {
      handle.leave();
    }
  }

  private void call(String function, int slot) {
    long binding = handle.enterAlone();
    try {
      api.check(function, slot, binding);
    } finally {
      handle.leave();
    }
  }

  private long[] outputValues(long binding) {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment out = scratch.allocate(JAVA_LONG, 2);
      api.check(
          "GetBoundOutputValues",
          OrtApi_GetBoundOutputValues(),
          binding,
          api.allocator(),
          out.address(),
          out.address() + Long.BYTES);
      long array = out.getAtIndex(JAVA_LONG, 0);
      long[] values = OrtApi.addresses(array, out.getAtIndex(JAVA_LONG, 1));
      api.free(array);
      return values;
    }
  }

  /** Reads the names, which the library writes in a row with their lengths beside. */
  @SuppressWarnings("restricted") // the library says how long the names are
  private List<String> outputNames(long binding) {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment out = scratch.allocate(JAVA_LONG, 3);
      api.check(
          "GetBoundOutputNames",
          OrtApi_GetBoundOutputNames(),
          binding,
          api.allocator(),
          out.address(),
          out.address() + Long.BYTES,
          out.address() + 2 * Long.BYTES);
      long text = out.getAtIndex(JAVA_LONG, 0);
      long lengths = out.getAtIndex(JAVA_LONG, 1);
      List<String> names = new ArrayList<>();
      long position = text;
      for (long length : OrtApi.addresses(lengths, out.getAtIndex(JAVA_LONG, 2))) {
        byte[] name =
            MemorySegment.ofAddress(position)
                .reinterpret(length)
                .toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
        names.add(new String(name, StandardCharsets.UTF_8));
        position += length;
      }
      api.free(text);
      api.free(lengths);
      return names;
    }
  }
}
