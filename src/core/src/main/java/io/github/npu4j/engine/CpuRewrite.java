package io.github.npu4j.engine;

import java.nio.file.Path;
import java.util.function.Function;

/**
 * Chooses the form in which ONNX Runtime runs a model on the CPU. Which one is best depends on what
 * the model is, and that is the caller's knowledge.
 */
@FunctionalInterface
public interface CpuRewrite {

  /** Runs every model as it is. */
  CpuRewrite AS_IS = (onnx, opener) -> opener.apply(onnx);

  /**
   * Opens a model in some form.
   *
   * @param onnx the model
   * @param opener opens an ONNX file; the model it returns is to be returned
   */
  Model open(Path onnx, Function<Path, Model> opener);
}
