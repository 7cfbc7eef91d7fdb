package io.github.npu4j.ort;

import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_AddRunConfigEntry;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_CreateRunOptions;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_GetRunConfigEntry;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_ReleaseRunOptions;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_RunOptionsAddActiveLoraAdapter;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_RunOptionsDisableProfiling;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_RunOptionsEnableProfiling;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_RunOptionsGetRunLogSeverityLevel;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_RunOptionsGetRunLogVerbosityLevel;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_RunOptionsGetRunTag;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_RunOptionsSetRunLogSeverityLevel;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_RunOptionsSetRunLogVerbosityLevel;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_RunOptionsSetRunTag;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_RunOptionsSetTerminate;
import static io.github.npu4j.internal.ortabi.ort_h.OrtApi_RunOptionsUnsetTerminate;

import io.github.npu4j.internal.ffm.CStrings;
import io.github.npu4j.ort.abi.NativeHandle;
import io.github.npu4j.ort.abi.OrtApi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a run goes, and a way to end it from another thread ({@code OrtRunOptions}).
 *
 * <p>One object may serve many runs, one after the other or at once. {@link #terminate()} may be
 * called at any time from any thread; the other setters must not be called during a run.
 */
public final class RunOptions implements AutoCloseable {

  private final OrtApi api;
  private final NativeHandle handle;
  private final List<LoraAdapter> adapters = new ArrayList<>();

  private RunOptions(OrtApi api, NativeHandle handle) {
    this.api = api;
    this.handle = handle;
  }

  /** Creates options with the library's defaults ({@code CreateRunOptions}). */
  public static RunOptions create(Ort ort) {
    OrtApi api = ort.api();
    return new RunOptions(
        api,
        api.create(
            "the run options",
            OrtApi_ReleaseRunOptions(),
            "CreateRunOptions",
            OrtApi_CreateRunOptions()));
  }

  /** Sets the least serious log lines of the run that are written. */
  public RunOptions logLevel(LogLevel level) {
    return set(
        "RunOptionsSetRunLogSeverityLevel",
        OrtApi_RunOptionsSetRunLogSeverityLevel(),
        level.code());
  }

  /** Returns the least serious log lines of the run that are written. */
  public LogLevel logLevel() {
    return LogLevel.of(
        get("RunOptionsGetRunLogSeverityLevel", OrtApi_RunOptionsGetRunLogSeverityLevel()));
  }

  /** Sets how much {@link LogLevel#VERBOSE} writes, from 0. */
  public RunOptions logVerbosity(int verbosity) {
    return set(
        "RunOptionsSetRunLogVerbosityLevel", OrtApi_RunOptionsSetRunLogVerbosityLevel(), verbosity);
  }

  /** Returns how much {@link LogLevel#VERBOSE} writes. */
  public int logVerbosity() {
    return get("RunOptionsGetRunLogVerbosityLevel", OrtApi_RunOptionsGetRunLogVerbosityLevel());
  }

  /** Sets the name of the run in log lines. */
  public RunOptions tag(String tag) {
    try (Arena scratch = Arena.ofConfined()) {
      return set(
          "RunOptionsSetRunTag", OrtApi_RunOptionsSetRunTag(), scratch.allocateFrom(tag).address());
    }
  }

  /** Returns the name of the run in log lines; empty if it has none. */
  public String tag() {
    long options = handle.enter();
    try {
      return OrtApi.string(api.get("RunOptionsGetRunTag", OrtApi_RunOptionsGetRunTag(), options));
    } finally {
      handle.leave();
    }
  }

  /**
   * Ends the runs that use these options, as soon as the node at work is done; later runs end at
   * once, until {@link #clearTermination()}. They throw a {@link
   * io.github.npu4j.error.RunAbortedException}. A node that runs on a device is not interrupted.
   */
  public void terminate() {
    set("RunOptionsSetTerminate", OrtApi_RunOptionsSetTerminate());
  }

  /** Lets later runs go on again. */
  public void clearTermination() {
    set("RunOptionsUnsetTerminate", OrtApi_RunOptionsUnsetTerminate());
  }

  /**
   * Sets one of the library's {@code run} configuration entries, or one of an execution provider
   * ({@code AddRunConfigEntry}).
   */
  public RunOptions config(String key, String value) {
    try (Arena scratch = Arena.ofConfined()) {
      return set(
          "AddRunConfigEntry",
          OrtApi_AddRunConfigEntry(),
          scratch.allocateFrom(key).address(),
          scratch.allocateFrom(value).address());
    }
  }

  /** Returns a configuration entry that was set. */
  public Optional<String> config(String key) {
    long options = handle.enter();
    try (Arena scratch = Arena.ofConfined()) {
      long value =
          api.call(OrtApi_GetRunConfigEntry(), options, scratch.allocateFrom(key).address());
      return value == 0 ? Optional.empty() : Optional.of(OrtApi.string(value));
    } finally {
      handle.leave();
    }
  }

  /**
   * Adds low-rank weights to the model's ({@code RunOptionsAddActiveLoraAdapter}). They are kept in
   * being until these options are closed.
   *
   * @throws IllegalStateException if the adapter is closed
   */
  public synchronized RunOptions loraAdapter(LoraAdapter adapter) {
    long address = adapter.pin();
    try {
      set("RunOptionsAddActiveLoraAdapter", OrtApi_RunOptionsAddActiveLoraAdapter(), address);
    } catch (Throwable failed) {
      adapter.unpin();
      throw failed;
    }
    adapters.add(adapter);
    return this;
  }

  /**
   * Writes a profile of each run to a file ({@code RunOptionsEnableProfiling}).
   *
   * @param prefix the beginning of the file's path; the library adds the time and {@code .json}
   */
  public RunOptions enableProfiling(Path prefix) {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment path = CStrings.path(scratch, prefix);
      return set("RunOptionsEnableProfiling", OrtApi_RunOptionsEnableProfiling(), path.address());
    }
  }

  /** Writes no profile. */
  public RunOptions disableProfiling() {
    return set("RunOptionsDisableProfiling", OrtApi_RunOptionsDisableProfiling());
  }

  @Override
  public void close() {
    handle.close();
    synchronized (this) {
      adapters.forEach(LoraAdapter::unpin);
      adapters.clear();
    }
  }

  NativeHandle handle() {
    return handle;
  }

  private RunOptions set(String function, int slot, long... words) {
    long options = handle.enter();
    try {
      api.check(function, slot, prepend(options, words));
    } finally {
      handle.leave();
    }
    return this;
  }

  private int get(String function, int slot) {
    long options = handle.enter();
    try {
      return (int) api.get(function, slot, options);
    } finally {
      handle.leave();
    }
  }

  static long[] prepend(long first, long[] rest) {
    long[] all = new long[rest.length + 1];
    all[0] = first;
    System.arraycopy(rest, 0, all, 1, rest.length);
    return all;
  }
}
