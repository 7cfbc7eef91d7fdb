package io.github.npu4j.engine;

import io.github.npu4j.runtime.Device;
import io.github.npu4j.runtime.NativeRuntime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to open a file: what was asked for, and what is known by then.
 *
 * @param options how the model is to be opened
 * @param runtime the native libraries
 * @param alias what to call the graph of a file that has only one, or {@code null} for its own name
 * @param passedOver the better ways that were tried before
 */
record Opening(
    OpenOptions options,
    NativeRuntime runtime,
    @Nullable String alias,
    List<PassedOver> passedOver) {

  /** Returns an attempt that nothing was tried before. */
  static Opening of(OpenOptions options) {
    return new Opening(options, NativeRuntime.find(), null, List.of());
  }

  /** Returns the same attempt with a name for the only graph. */
  Opening named(@Nullable String graph) {
    return new Opening(options, runtime, graph, passedOver);
  }

  /** Returns where a model of this attempt runs. */
  Placement placement(Device device, EngineKind engine, String detail) {
    return new Placement(device, engine, detail, passedOver);
  }
}
