package io.github.npu4j.parity;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a model is compared with, and on what. Immutable; each {@code with} method returns a changed
 * copy.
 *
 * @param reference the ONNX model whose answers on the CPU count as right, such as the float model
 *     that a quantized one was made from; empty for the model's own ONNX file
 * @param inputs a {@code .npy} file for each input that is not to be made up
 */
public record ParityBasis(Optional<Path> reference, Map<String, Path> inputs) {

  /** The model itself on the CPU, on inputs that are made up. */
  public static final ParityBasis OWN = new ParityBasis(Optional.empty(), Map.of());

  /** Takes a copy of the map. */
  public ParityBasis {
    inputs = Map.copyOf(inputs);
  }

  /** Returns a copy that counts another model's answers on the CPU as right. */
  public ParityBasis withReference(Path onnx) {
    return new ParityBasis(Optional.of(onnx), inputs);
  }

  /** Returns a copy with the caller's inputs, a {@code .npy} file each. */
  public ParityBasis withInputs(Map<String, Path> files) {
    return new ParityBasis(reference, files);
  }
}
