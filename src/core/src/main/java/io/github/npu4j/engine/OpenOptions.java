package io.github.npu4j.engine;

import io.github.npu4j.artifact.Integrity;
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
 * @param integrity how much of a context binary is compared with its manifest
 * @param power what is asked of the NPU's power management
 * @param memory where the memory of inputs and outputs on an NPU comes from
 * @param sessionConfig session configuration entries of ONNX Runtime, such as {@code
 *     session.intra_op.allow_spinning}
 */
public record OpenOptions(
    Device device,
    @Nullable EngineKind engine,
    @Nullable Path epLibrary,
    Map<String, String> epOptions,
    int threads,
    Integrity integrity,
    PowerMode power,
    TensorMemory memory,
    Map<String, String> sessionConfig) {

  /** Checks the values and takes copies of the maps. */
  public OpenOptions {
    Objects.requireNonNull(device, "device");
    Objects.requireNonNull(integrity, "integrity");
    Objects.requireNonNull(power, "power");
    Objects.requireNonNull(memory, "memory");
    if (threads < 0) {
      throw new IllegalArgumentException("threads " + threads + " is negative");
    }
    epOptions = Map.copyOf(epOptions);
    sessionConfig = Map.copyOf(sessionConfig);
  }

  /** Returns the options to open a model on a device with everything else left to npu4j. */
  public static OpenOptions on(Device device) {
    return new OpenOptions(
        device,
        null,
        null,
        Map.of(),
        0,
        Integrity.CHUNKS,
        PowerMode.BURST,
        TensorMemory.SHARED,
        Map.of());
  }

  /** Returns the options for the best device there is. */
  public static OpenOptions auto() {
    return on(Device.AUTO);
  }

  /** Returns a copy for another device. */
  public OpenOptions withDevice(Device wanted) {
    return new OpenOptions(
        wanted, engine, epLibrary, epOptions, threads, integrity, power, memory, sessionConfig);
  }

  /** Returns a copy that runs with the given engine. */
  public OpenOptions withEngine(EngineKind wanted) {
    return new OpenOptions(
        device, wanted, epLibrary, epOptions, threads, integrity, power, memory, sessionConfig);
  }

  /**
   * Returns a copy with other options for the execution provider.
   *
   * @param library the provider's plugin, or {@code null} for QNN's
   */
  public OpenOptions withEp(@Nullable Path library, Map<String, String> options) {
    return new OpenOptions(
        device, engine, library, options, threads, integrity, power, memory, sessionConfig);
  }

  /** Returns a copy that uses so many threads inside one operator. */
  public OpenOptions withThreads(int count) {
    return new OpenOptions(
        device, engine, epLibrary, epOptions, count, integrity, power, memory, sessionConfig);
  }

  /** Returns a copy that compares so much of a context binary with its manifest. */
  public OpenOptions withIntegrity(Integrity wanted) {
    return new OpenOptions(
        device, engine, epLibrary, epOptions, threads, wanted, power, memory, sessionConfig);
  }

  /** Returns a copy that asks this of the NPU's power management. */
  public OpenOptions withPower(PowerMode wanted) {
    return new OpenOptions(
        device, engine, epLibrary, epOptions, threads, integrity, wanted, memory, sessionConfig);
  }

  /** Returns a copy that takes the memory of tensors on an NPU from there. */
  public OpenOptions withMemory(TensorMemory wanted) {
    return new OpenOptions(
        device, engine, epLibrary, epOptions, threads, integrity, power, wanted, sessionConfig);
  }

  /** Returns a copy with one more session configuration entry. */
  public OpenOptions withSessionConfig(String key, String value) {
    Map<String, String> entries = new LinkedHashMap<>(sessionConfig);
    entries.put(key, value);
    return new OpenOptions(
        device, engine, epLibrary, epOptions, threads, integrity, power, memory, entries);
  }
}
