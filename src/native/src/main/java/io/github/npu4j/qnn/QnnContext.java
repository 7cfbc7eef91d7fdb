package io.github.npu4j.qnn;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.IncompatibleModelException;
import io.github.npu4j.error.NativeCallException;
import io.github.npu4j.qnn.abi.Configs;
import io.github.npu4j.qnn.info.ContextBinary;
import io.github.npu4j.qnn.info.GraphInfo;
import io.github.npu4j.qnn.info.GraphTensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A context binary, loaded into a backend and ready to run.
 *
 * <p>Owns its bindings and registered memory; {@link #close} closes them first and waits for runs
 * under way. May be shared between threads.
 */
public final class QnnContext implements AutoCloseable {

  private final Lifetime lifetime;
  private final Qnn qnn;
  private final ContextBinary binary;
  private final Loaded loaded;
  private final Map<String, QnnGraph> graphs = new ConcurrentHashMap<>();

  /** A native context and, if it was loaded by callback, its binary's number. */
  private record Loaded(MemorySegment handle, @Nullable Long callback) {}

  private QnnContext(Qnn qnn, ContextBinary binary, Loaded loaded) {
    this.lifetime = new Lifetime("this QNN context", qnn.lifetime());
    this.qnn = qnn;
    this.binary = binary;
    this.loaded = loaded;
  }

  /**
   * Loads a binary with default options; see {@link #create(Qnn, MemorySegment, ContextOptions)}.
   */
  public static QnnContext create(Qnn qnn, MemorySegment binary) {
    return create(qnn, binary, ContextOptions.defaults());
  }

  /**
   * Loads a binary: {@code QnnContext_createFromBinary}, or {@code ...WithCallback} where the
   * backend supports it.
   *
   * <p>What is known to end the process is refused before: a file whose graphs share weights, in
   * the emulator.
   *
   * @param qnn the backend, which owns the context
   * @param binary the whole file in native memory; it must stay unchanged, and its arena open, as
   *     long as the context lives
   * @param options how to load it
   * @throws NativeCallException if the library refuses it
   * @throws IncompatibleModelException if it can't run here
   * @throws IllegalStateException if the backend is closed
   */
  public static QnnContext create(Qnn qnn, MemorySegment binary, ContextOptions options) {
    return create(qnn, binary, options, null);
  }

  /** Loads a binary and profiles the loading. */
  public static QnnContext create(
      Qnn qnn, MemorySegment binary, ContextOptions options, @Nullable Profile profile) {
    return create(qnn, binary, qnn.system().read(binary), options, profile);
  }

  /**
   * Loads a binary that was introspected before.
   *
   * @param info what {@link QnnSystem#read} found in this binary
   * @param profile where the loading is profiled, or {@code null}
   */
  public static QnnContext create(
      Qnn qnn,
      MemorySegment binary,
      ContextBinary info,
      ContextOptions options,
      @Nullable Profile profile) {
    qnn.lifetime().enter();
    try {
      refuseDeadly(qnn, info);
      for (String name : options.enabledGraphs()) {
        info.graph(name);
      }
      QnnContext context = new QnnContext(qnn, info, load(qnn, binary, options, profile));
      qnn.lifetime().adopt(context);
      return context;
    } finally {
      qnn.lifetime().exit();
    }
  }

  /**
   * Asks the backend whether it would load a binary, without loading it: {@code
   * QnnContext_validateBinary}.
   *
   * @throws NativeCallException if it would not, or if the backend can't tell
   */
  public static void validate(Qnn qnn, MemorySegment binary, ContextOptions options) {
    qnn.lifetime().enter();
    try (Arena scratch = Arena.ofConfined()) {
      QnnSystem.requireNative(binary);
      qnn.functions().validateBinary(qnn.backend(), qnn.device(), options.into(scratch), binary);
    } finally {
      qnn.lifetime().exit();
    }
  }

  /** Returns what is inside the binary. */
  public ContextBinary binary() {
    return binary;
  }

  /** Returns the names of the graphs, in the order of the file. */
  public List<String> graphNames() {
    return binary.graphs().stream().map(GraphInfo::name).toList();
  }

  /**
   * Returns a graph, retrieved on its first use: {@code QnnGraph_retrieve}.
   *
   * @throws BadInputException if the binary has no such graph
   * @throws IllegalStateException if this is closed
   */
  public QnnGraph graph(String name) {
    lifetime.enter();
    try {
      return graphs.computeIfAbsent(name, this::retrieve);
    } finally {
      lifetime.exit();
    }
  }

  /** Changes the priority of all graphs of this context: {@code QnnContext_setConfig}. */
  public void setPriority(Priority priority) {
    lifetime.enter();
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment config = ContextOptions.priority(scratch, priority);
      qnn.functions().configureContext(loaded.handle(), Configs.list(scratch, List.of(config)));
    } finally {
      lifetime.exit();
    }
  }

  /**
   * Lets the device reach memory directly when it stands for a tensor: {@code QnnMem_register}.
   *
   * @param memory memory of the RPC allocator
   * @param offset where the tensor begins in it, in bytes
   * @param tensor an input or output of one of this context's graphs
   * @return the registration, to be bound in place of plain memory; this context owns it
   * @throws BadInputException if the memory is not shared with the device or too small
   * @throws NativeCallException if the backend refuses it; the emulator does, with error 1000
   */
  public RegisteredMemory register(SharedBuffer memory, long offset, GraphTensor tensor) {
    lifetime.enter();
    try {
      RegisteredMemory registered = RegisteredMemory.create(this, memory, offset, tensor);
      lifetime.adopt(registered);
      return registered;
    } finally {
      lifetime.exit();
    }
  }

  /** Waits for runs under way, closes bindings and registrations, and frees the context. */
  @Override
  public void close() {
    lifetime.close(this, this::free);
  }

  Lifetime lifetime() {
    return lifetime;
  }

  Qnn qnn() {
    return qnn;
  }

  MemorySegment handle() {
    return loaded.handle();
  }

  private QnnGraph retrieve(String name) {
    GraphInfo info = binary.graph(name);
    return new QnnGraph(this, info, qnn.functions().retrieveGraph(loaded.handle(), name));
  }

  private void free() {
    try {
      qnn.functions().freeContext(loaded.handle());
    } finally {
      if (loaded.callback() != null) {
        BinaryCallbacks.forget(loaded.callback());
      }
    }
  }

  private static void refuseDeadly(Qnn qnn, ContextBinary info) {
    long shared = info.sharedWeightsBytes();
    if (shared > 0 && qnn.platform().isEmulator()) {
      throw new IncompatibleModelException(
          "can't load this context binary into the emulator",
          "its graphs share "
              + shared
              + " bytes of weights, and the emulator would end the process",
          "Load it on a device, or compile one graph a file for the emulator.");
    }
  }

  private static Loaded load(
      Qnn qnn, MemorySegment binary, ContextOptions options, @Nullable Profile profile) {
    if (profile == null) {
      return load(qnn, binary, options, MemorySegment.NULL);
    }
    AtomicReference<Loaded> loaded = new AtomicReference<>();
    profile.exclusively(() -> loaded.set(load(qnn, binary, options, profile.handle())));
    return loaded.get();
  }

  private static Loaded load(
      Qnn qnn, MemorySegment binary, ContextOptions options, MemorySegment profile) {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment configs = options.into(scratch);
      return switch (options.loading()) {
        case BUFFER -> fromBuffer(qnn, binary, configs, profile);
        case CALLBACK -> byCallback(qnn, binary, configs, profile, scratch);
        case AUTO ->
            takesCallback(qnn)
                ? byCallback(qnn, binary, configs, profile, scratch)
                : fromBuffer(qnn, binary, configs, profile);
      };
    }
  }

  private static boolean takesCallback(Qnn qnn) {
    return qnn.functions().canCreateContextByCallback()
        && qnn.supports(QnnProperty.CONTEXT_CREATE_FROM_BINARY_WITH_CALLBACK);
  }

  private static Loaded fromBuffer(
      Qnn qnn, MemorySegment binary, MemorySegment configs, MemorySegment profile) {
    return new Loaded(
        qnn.functions().createContext(qnn.backend(), qnn.device(), configs, binary, profile), null);
  }

  private static Loaded byCallback(
      Qnn qnn, MemorySegment binary, MemorySegment configs, MemorySegment profile, Arena scratch) {
    long number = BinaryCallbacks.register(binary);
    try {
      MemorySegment callback = BinaryCallbacks.into(scratch, number);
      return new Loaded(
          qnn.functions()
              .createContextByCallback(
                  qnn.backend(), qnn.device(), configs, callback, binary, profile),
          number);
    } catch (Throwable failed) {
      BinaryCallbacks.forget(number);
      throw failed;
    }
  }
}
