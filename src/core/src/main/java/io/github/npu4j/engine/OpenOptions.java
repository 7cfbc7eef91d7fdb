package io.github.npu4j.engine;

import io.github.npu4j.artifact.FolderManifest;
import io.github.npu4j.artifact.Integrity;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.runtime.Device;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a model is to be opened. Immutable; {@link #defaults()} leaves everything to npu4j, and each
 * {@code with} method returns a changed copy:
 *
 * <pre>{@code
 * OpenOptions.on(Device.CPU).withThreads(2)
 * }</pre>
 */
public final class OpenOptions {

  private static final OpenOptions DEFAULTS =
      new OpenOptions(
          new Values(
              Device.AUTO,
              null,
              null,
              Map.of(),
              0,
              Integrity.CRC32C,
              null,
              PowerMode.BURST,
              TensorMemory.SHARED,
              Map.of()));

  private final Values values;

  /** All settings; a record for its {@code equals}. */
  private record Values(
      Device device,
      @Nullable EngineKind engine,
      @Nullable Path epLibrary,
      Map<String, String> epOptions,
      int threads,
      Integrity integrity,
      @Nullable FolderManifest manifest,
      PowerMode power,
      TensorMemory memory,
      Map<String, String> sessionConfig) {}

  private OpenOptions(Values values) {
    this.values = values;
  }

  /**
   * Returns the options for the best device there is: {@link Device#AUTO}, the best engine of the
   * device, QNN's execution provider, as many threads as ONNX Runtime chooses, {@link
   * Integrity#CRC32C}, {@link PowerMode#BURST} and {@link TensorMemory#SHARED}.
   */
  public static OpenOptions defaults() {
    return DEFAULTS;
  }

  /** Returns the default options for a device. */
  public static OpenOptions on(Device device) {
    return DEFAULTS.withDevice(device);
  }

  /** Returns where to run. */
  public Device device() {
    return values.device;
  }

  /** Returns what to run the model with; empty for the best engine of the device. */
  public Optional<EngineKind> engine() {
    return Optional.ofNullable(values.engine);
  }

  /** Returns an execution provider plugin for ONNX Runtime; empty for QNN's. */
  public Optional<Path> epLibrary() {
    return Optional.ofNullable(values.epLibrary);
  }

  /** Returns the options of the execution provider, as its makers name them. */
  public Map<String, String> epOptions() {
    return values.epOptions;
  }

  /** Returns the threads inside one operator on the CPU; 0 for ONNX Runtime's own choice. */
  public int threads() {
    return values.threads;
  }

  /** Returns how much of a context binary is compared with its manifest. */
  public Integrity integrity() {
    return values.integrity;
  }

  /** Returns the digests that all files of the model folder must have; empty if none are known. */
  public Optional<FolderManifest> manifest() {
    return Optional.ofNullable(values.manifest);
  }

  /** Returns what is requested of the NPU's power management. */
  public PowerMode power() {
    return values.power;
  }

  /** Returns where the memory of inputs and outputs on an NPU comes from. */
  public TensorMemory memory() {
    return values.memory;
  }

  /**
   * Returns session configuration entries of ONNX Runtime, such as {@code
   * session.intra_op.allow_spinning}.
   */
  public Map<String, String> sessionConfig() {
    return values.sessionConfig;
  }

  /** Returns a copy for another device. */
  public OpenOptions withDevice(Device device) {
    Draft draft = new Draft(values);
    draft.device = Objects.requireNonNull(device, "device");
    return draft.done();
  }

  /** Returns a copy that runs with the given engine. */
  public OpenOptions withEngine(EngineKind engine) {
    Draft draft = new Draft(values);
    draft.engine = Objects.requireNonNull(engine, "engine");
    return draft.done();
  }

  /** Returns a copy that runs on an execution provider plugin of ONNX Runtime, not on QNN's. */
  public OpenOptions withEpLibrary(Path plugin) {
    Draft draft = new Draft(values);
    draft.epLibrary = Objects.requireNonNull(plugin, "plugin");
    return draft.done();
  }

  /** Returns a copy with these options of the execution provider, in place of any before. */
  public OpenOptions withEpOptions(Map<String, String> options) {
    Draft draft = new Draft(values);
    draft.epOptions = Map.copyOf(options);
    return draft.done();
  }

  /**
   * Returns a copy that uses this many threads inside one operator.
   *
   * @param count 0 for ONNX Runtime's own choice
   * @throws IllegalArgumentException if the count is negative
   */
  public OpenOptions withThreads(int count) {
    if (count < 0) {
      throw new IllegalArgumentException("threads " + count + " is negative");
    }
    Draft draft = new Draft(values);
    draft.threads = count;
    return draft.done();
  }

  /** Returns a copy that compares this much of a context binary with its manifest. */
  public OpenOptions withIntegrity(Integrity integrity) {
    Draft draft = new Draft(values);
    draft.integrity = Objects.requireNonNull(integrity, "integrity");
    return draft.done();
  }

  /**
   * Returns a copy that opens a model folder only if its files are those of the manifest. Every
   * file is read for it, at some 1 to 2 GB a second and core.
   */
  public OpenOptions withManifest(FolderManifest manifest) {
    Draft draft = new Draft(values);
    draft.manifest = Objects.requireNonNull(manifest, "manifest");
    return draft.done();
  }

  /**
   * Compares a model folder with the manifest, if there is one.
   *
   * @param model the folder
   * @return a copy without the manifest, to open what is in the folder
   * @throws BadModelException as {@link FolderManifest#verify}
   */
  public OpenOptions verified(Path model) {
    if (values.manifest == null) {
      return this;
    }
    values.manifest.verify(model);
    Draft draft = new Draft(values);
    draft.manifest = null;
    return draft.done();
  }

  /** Returns a copy that requests this of the NPU's power management. */
  public OpenOptions withPower(PowerMode power) {
    Draft draft = new Draft(values);
    draft.power = Objects.requireNonNull(power, "power");
    return draft.done();
  }

  /** Returns a copy that takes the memory of tensors on an NPU from there. */
  public OpenOptions withMemory(TensorMemory memory) {
    Draft draft = new Draft(values);
    draft.memory = Objects.requireNonNull(memory, "memory");
    return draft.done();
  }

  /** Returns a copy with one more session configuration entry. */
  public OpenOptions withSessionConfig(String key, String value) {
    Map<String, String> entries = new LinkedHashMap<>(values.sessionConfig);
    entries.put(key, value);
    Draft draft = new Draft(values);
    draft.sessionConfig = Map.copyOf(entries);
    return draft.done();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof OpenOptions options && values.equals(options.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /** Returns every setting by name. */
  @Override
  public String toString() {
    return values.toString().replaceFirst("Values", "OpenOptions");
  }

  /** A copy in the making. */
  private static final class Draft {
    private Device device;
    private @Nullable EngineKind engine;
    private @Nullable Path epLibrary;
    private Map<String, String> epOptions;
    private int threads;
    private Integrity integrity;
    private @Nullable FolderManifest manifest;
    private PowerMode power;
    private TensorMemory memory;
    private Map<String, String> sessionConfig;

    Draft(Values from) {
      device = from.device;
      engine = from.engine;
      epLibrary = from.epLibrary;
      epOptions = from.epOptions;
      threads = from.threads;
      integrity = from.integrity;
      manifest = from.manifest;
      power = from.power;
      memory = from.memory;
      sessionConfig = from.sessionConfig;
    }

    OpenOptions done() {
      return new OpenOptions(
          new Values(
              device,
              engine,
              epLibrary,
              epOptions,
              threads,
              integrity,
              manifest,
              power,
              memory,
              sessionConfig));
    }
  }
}
