package io.github.npu4j.ort;

import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_AddExternalInitializers;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_AddFreeDimensionOverride;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_AddFreeDimensionOverrideByName;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_AddInitializer;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_AddSessionConfigEntry;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_CreateSessionOptions;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_DisableCpuMemArena;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_DisableMemPattern;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_DisablePerSessionThreads;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_DisableProfiling;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_EnableCpuMemArena;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_EnableMemPattern;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_EnableProfiling;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_GetSessionOptionsConfigEntries;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_RegisterCustomOpsLibrary_V2;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_RegisterCustomOpsUsingFunction;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_ReleaseKeyValuePairs;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_ReleaseSessionOptions;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_SessionOptionsSetLoadCancellationFlag;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_SetDeterministicCompute;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_SetInterOpNumThreads;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_SetIntraOpNumThreads;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_SetOptimizedModelFilePath;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_SetSessionExecutionMode;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_SetSessionGraphOptimizationLevel;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_SetSessionLogId;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_SetSessionLogSeverityLevel;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_SetSessionLogVerbosityLevel;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.github.npu4j.internal.ffm.CStrings;
import io.github.npu4j.ort.abi.NativeHandle;
import io.github.npu4j.ort.abi.OrtApi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How a model is opened ({@code OrtSessionOptions}).
 *
 * <p>One object may open many models and can be closed as soon as they are open. Setters return the
 * object itself; they are for one thread at a time and not during an opening, except for {@link
 * #cancelOpening()}. Everything that decides where a model runs is in {@link #providers()}.
 */
public final class SessionOptions implements AutoCloseable {

  private final Ort ort;
  private final OrtApi api;
  private final NativeHandle handle;
  private final List<Retained> held = new ArrayList<>();

  private SessionOptions(Ort ort, NativeHandle handle) {
    this.ort = ort;
    this.api = ort.api();
    this.handle = handle;
  }

  /** Creates options with the library's defaults ({@code CreateSessionOptions}). */
  public static SessionOptions create(Ort ort) {
    return new SessionOptions(
        ort,
        ort.api()
            .create(
                "the session options",
                OrtApi_ReleaseSessionOptions(),
                "CreateSessionOptions",
                OrtApi_CreateSessionOptions()));
  }

  /** Returns where the execution providers are chosen; the first one chosen is preferred. */
  public ExecutionProviders providers() {
    return new ExecutionProviders(ort, this);
  }

  /** Sets whether independent nodes run at once; one after the other by default. */
  public SessionOptions executionMode(ExecutionMode mode) {
    return set("SetSessionExecutionMode", OrtApi_SetSessionExecutionMode(), mode.code());
  }

  /** Sets how far the graph is rewritten; all the way by default. */
  public SessionOptions optimizationLevel(OptimizationLevel level) {
    return set(
        "SetSessionGraphOptimizationLevel",
        OrtApi_SetSessionGraphOptimizationLevel(),
        level.code());
  }

  /** Sets the threads that work on one node, the caller's included; 0, the default: all cores. */
  public SessionOptions intraOpThreads(int count) {
    return set("SetIntraOpNumThreads", OrtApi_SetIntraOpNumThreads(), count);
  }

  /** Sets the threads for {@link ExecutionMode#PARALLEL}; 0 lets the library choose. */
  public SessionOptions interOpThreads(int count) {
    return set("SetInterOpNumThreads", OrtApi_SetInterOpNumThreads(), count);
  }

  /** Uses the environment's threads ({@link GlobalThreads}) in place of threads of its own. */
  public SessionOptions useGlobalThreads() {
    return set("DisablePerSessionThreads", OrtApi_DisablePerSessionThreads());
  }

  /** Writes the rewritten model to a file when a model is opened. */
  public SessionOptions optimizedModel(Path file) {
    try (Arena scratch = Arena.ofConfined()) {
      return set(
          "SetOptimizedModelFilePath",
          OrtApi_SetOptimizedModelFilePath(),
          CStrings.path(scratch, file).address());
    }
  }

  /** Sets the name of the model in log lines. */
  public SessionOptions logId(String id) {
    return text("SetSessionLogId", OrtApi_SetSessionLogId(), id);
  }

  /** Sets the least serious log lines of the model that are written. */
  public SessionOptions logLevel(LogLevel level) {
    return set("SetSessionLogSeverityLevel", OrtApi_SetSessionLogSeverityLevel(), level.code());
  }

  /** Sets how much {@link LogLevel#VERBOSE} writes, from 0. */
  public SessionOptions logVerbosity(int verbosity) {
    return set("SetSessionLogVerbosityLevel", OrtApi_SetSessionLogVerbosityLevel(), verbosity);
  }

  /**
   * Collects a profile of all runs; {@link OrtModel#endProfiling()} writes it.
   *
   * @param prefix the beginning of the file's path; the library adds the time and {@code .json}
   */
  public SessionOptions enableProfiling(Path prefix) {
    try (Arena scratch = Arena.ofConfined()) {
      return set(
          "EnableProfiling", OrtApi_EnableProfiling(), CStrings.path(scratch, prefix).address());
    }
  }

  /** Collects no profile; the default. */
  public SessionOptions disableProfiling() {
    return set("DisableProfiling", OrtApi_DisableProfiling());
  }

  /** Plans all memory of a run in advance where shapes allow; the default. */
  public SessionOptions enableMemoryPattern() {
    return set("EnableMemPattern", OrtApi_EnableMemPattern());
  }

  /** Allocates as a run goes along. */
  public SessionOptions disableMemoryPattern() {
    return set("DisableMemPattern", OrtApi_DisableMemPattern());
  }

  /** Keeps freed memory for later runs; the default. */
  public SessionOptions enableCpuArena() {
    return set("EnableCpuMemArena", OrtApi_EnableCpuMemArena());
  }

  /** Returns freed memory at once: slower, and smaller between runs. */
  public SessionOptions disableCpuArena() {
    return set("DisableCpuMemArena", OrtApi_DisableCpuMemArena());
  }

  /**
   * Sets whether kernels must give the same result every time where they have the choice; not so by
   * default.
   */
  public SessionOptions deterministic(boolean deterministic) {
    return set("SetDeterministicCompute", OrtApi_SetDeterministicCompute(), deterministic ? 1 : 0);
  }

  /** Loads a library with custom operators ({@code RegisterCustomOpsLibrary_V2}). */
  public SessionOptions customOperators(Path library) {
    try (Arena scratch = Arena.ofConfined()) {
      return set(
          "RegisterCustomOpsLibrary_V2",
          OrtApi_RegisterCustomOpsLibrary_V2(),
          CStrings.path(scratch, library).address());
    }
  }

  /** Registers custom operators by a function that the process has loaded already. */
  public SessionOptions customOperators(String function) {
    return text(
        "RegisterCustomOpsUsingFunction", OrtApi_RegisterCustomOpsUsingFunction(), function);
  }

  /** Gives a named dynamic dimension a size ({@code AddFreeDimensionOverrideByName}). */
  public SessionOptions dimension(String name, long size) {
    return dimension(
        "AddFreeDimensionOverrideByName", OrtApi_AddFreeDimensionOverrideByName(), name, size);
  }

  /** Gives every dynamic dimension of a denotation a size, such as {@code DATA_BATCH}. */
  public SessionOptions dimensionByDenotation(String denotation, long size) {
    return dimension(
        "AddFreeDimensionOverride", OrtApi_AddFreeDimensionOverride(), denotation, size);
  }

  /**
   * Sets any of the library's session configuration entries ({@code AddSessionConfigEntry}), such
   * as {@code session.disable_cpu_ep_fallback}.
   */
  public SessionOptions config(String key, String value) {
    try (Arena scratch = Arena.ofConfined()) {
      return set(
          "AddSessionConfigEntry",
          OrtApi_AddSessionConfigEntry(),
          scratch.allocateFrom(key).address(),
          scratch.allocateFrom(value).address());
    }
  }

  /** Returns the configuration entries that were set. */
  public Map<String, String> config() {
    long options = handle.enter();
    try {
      NativeHandle pairs =
          api.create(
              "the configuration entries",
              OrtApi_ReleaseKeyValuePairs(),
              "GetSessionOptionsConfigEntries",
              OrtApi_GetSessionOptionsConfigEntries(),
              options);
      try {
        return Map.copyOf(api.pairs(pairs.enter()));
      } finally {
        pairs.leave();
        pairs.close();
      }
    } finally {
      handle.leave();
    }
  }

  /**
   * Gives an initializer of the model another value ({@code AddInitializer}). The tensor and its
   * own memory are kept in being as long as these options and the models opened with them.
   *
   * @throws IllegalArgumentException if the tensor's memory is the caller's, whose arena could be
   *     closed under an open model
   */
  public synchronized SessionOptions initializer(String name, OrtTensor value) {
    if (value.isBorrowed()) {
      throw new IllegalArgumentException(
          "the initializer " + name + " must lie in memory of its own: use OrtTensor.allocate");
    }
    value.pin();
    held.add(new Retained(value::unpin));
    try (Arena scratch = Arena.ofConfined()) {
      return set(
          "AddInitializer",
          OrtApi_AddInitializer(),
          scratch.allocateFrom(name).address(),
          value.value());
    }
  }

  /**
   * Gives initializers whose data lies in external files their values ({@code
   * AddExternalInitializers}); they are copied when a model is opened.
   *
   * @throws IllegalArgumentException if a tensor's memory is the caller's
   */
  public synchronized SessionOptions externalInitializers(Map<String, OrtTensor> values) {
    values.forEach((name, value) -> {
      if (value.isBorrowed()) {
        throw new IllegalArgumentException(
            "the initializer "
                + name
                + " must lie in memory of its own: use"
                + " OrtTensor.allocate");
      }
    });
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment array = scratch.allocate(JAVA_LONG, Math.max(1, values.size()));
      int index = 0;
      for (OrtTensor value : values.values()) {
        value.pin();
        held.add(new Retained(value::unpin));
        array.setAtIndex(JAVA_LONG, index++, value.value());
      }
      return set(
          "AddExternalInitializers",
          OrtApi_AddExternalInitializers(),
          OrtApi.strings(scratch, values.keySet()).address(),
          array.address(),
          values.size());
    }
  }

  /**
   * Ends the openings that use these options, from another thread; they throw. Stands on {@code
   * SessionOptionsSetLoadCancellationFlag}.
   */
  public void cancelOpening() {
    set("SessionOptionsSetLoadCancellationFlag", OrtApi_SessionOptionsSetLoadCancellationFlag(), 1);
  }

  /** Lets later openings go on again. */
  public void clearCancellation() {
    set("SessionOptionsSetLoadCancellationFlag", OrtApi_SessionOptionsSetLoadCancellationFlag(), 0);
  }

  @Override
  public void close() {
    handle.close();
    synchronized (this) {
      held.forEach(Retained::release);
      held.clear();
    }
  }

  NativeHandle handle() {
    return handle;
  }

  /** Returns what a model that is opened with these options must keep in being, once more. */
  synchronized List<Retained> retainHeld() {
    held.forEach(Retained::retain);
    return List.copyOf(held);
  }

  /** Keeps something in being as long as these options and the models opened with them. */
  synchronized void hold(Retained something) {
    held.add(something);
  }

  SessionOptions set(String function, int slot, long... words) {
    long options = handle.enter();
    try {
      api.check(function, slot, RunOptions.prepend(options, words));
    } finally {
      handle.leave();
    }
    return this;
  }

  private SessionOptions text(String function, int slot, String text) {
    try (Arena scratch = Arena.ofConfined()) {
      return set(function, slot, scratch.allocateFrom(text).address());
    }
  }

  private SessionOptions dimension(String function, int slot, String name, long size) {
    try (Arena scratch = Arena.ofConfined()) {
      return set(function, slot, scratch.allocateFrom(name).address(), size);
    }
  }
}
