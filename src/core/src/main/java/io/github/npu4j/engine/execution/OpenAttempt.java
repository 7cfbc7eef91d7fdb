package io.github.npu4j.engine.execution;

import io.github.npu4j.engine.EngineKind;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.engine.PassedOver;
import io.github.npu4j.engine.Placement;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.runtime.NativeRuntime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to open a file: what was requested, and what is known by then.
 *
 * @param options how the model is to be opened
 * @param runtime the native libraries
 * @param alias what to call the graph of a file that has only one, or {@code null} for its own name
 * @param passedOver the better ways that were tried before
 */
public record OpenAttempt(
    OpenOptions options,
    NativeRuntime runtime,
    @Nullable String alias,
    List<PassedOver> passedOver) {

  /** Returns an attempt that nothing was tried before. */
  public static OpenAttempt of(OpenOptions options) {
    return new OpenAttempt(options, NativeRuntime.find(), null, List.of());
  }

  /**
   * Checks that a model's file is there.
   *
   * @throws ModelMissingException if it is not
   */
  public static void requireFile(Path onnx) {
    if (!Files.isRegularFile(onnx)) {
      throw new ModelMissingException(
          "can't open " + onnx, "there is no such file", "Give the path of an ONNX file.");
    }
  }

  /** Returns the same attempt with a name for the only graph. */
  public OpenAttempt named(@Nullable String graph) {
    return new OpenAttempt(options, runtime, graph, passedOver);
  }

  /** Returns where a model of this attempt runs. */
  public Placement placement(Device device, EngineKind engine, String detail) {
    return new Placement(device, engine, detail, passedOver);
  }
}
