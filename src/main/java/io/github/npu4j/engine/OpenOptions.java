package io.github.npu4j.engine;

import io.github.npu4j.runtime.Device;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a model is to be opened. Immutable; each {@code with} method returns a changed copy.
 *
 * @param device where to run
 * @param engine what to run it with, or {@code null} for the best engine of the device
 * @param epLibrary an execution provider plugin for ONNX Runtime, or {@code null} for QNN's
 * @param epOptions options of the execution provider, as its makers name them
 * @param threads threads inside one operator on the CPU; 0 for ONNX Runtime's own choice
 * @param sessionConfig session configuration entries of ONNX Runtime, such as {@code
 *     session.intra_op.allow_spinning}
 */
public record OpenOptions(
    Device device,
    @Nullable EngineKind engine,
    @Nullable Path epLibrary,
    Map<String, String> epOptions,
    int threads,
    Map<String, String> sessionConfig) {

  /** Checks the values and takes copies of the maps. */
  public OpenOptions {
    Objects.requireNonNull(device, "device");
    if (threads < 0) {
      throw new IllegalArgumentException("threads " + threads + " is negative");
    }
    epOptions = Map.copyOf(epOptions);
    sessionConfig = Map.copyOf(sessionConfig);
  }

  /** Returns the options to open a model on a device with everything else left to npu4j. */
  public static OpenOptions on(Device device) {
    return new OpenOptions(device, null, null, Map.of(), 0, Map.of());
  }

  /** Returns the options for the best device there is. */
  public static OpenOptions auto() {
    return on(Device.AUTO);
  }

  /** Returns a copy that runs with the given engine. */
  public OpenOptions withEngine(EngineKind wanted) {
    return new OpenOptions(device, wanted, epLibrary, epOptions, threads, sessionConfig);
  }

  /**
   * Returns a copy with other options for the execution provider.
   *
   * @param library the provider's plugin, or {@code null} for QNN's
   */
  public OpenOptions withEp(@Nullable Path library, Map<String, String> options) {
    return new OpenOptions(device, engine, library, options, threads, sessionConfig);
  }

  /** Returns a copy that uses so many threads inside one operator. */
  public OpenOptions withThreads(int count) {
    return new OpenOptions(device, engine, epLibrary, epOptions, count, sessionConfig);
  }

  /** Returns a copy with one more session configuration entry. */
  public OpenOptions withSessionConfig(String key, String value) {
    Map<String, String> entries = new LinkedHashMap<>(sessionConfig);
    entries.put(key, value);
    return new OpenOptions(device, engine, epLibrary, epOptions, threads, entries);
  }
}
