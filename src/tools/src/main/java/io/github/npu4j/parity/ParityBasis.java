package io.github.npu4j.parity;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What a model is compared with, and on what. Immutable.
 *
 * @param reference the ONNX model whose answers on the CPU count as right, such as the float model
 *     that a quantized one was made from; empty for the model's own ONNX file
 * @param inputs a {@code .npy} file for each input that is not to be made up
 */
record ParityBasis(Optional<Path> reference, Map<String, Path> inputs) {

  /** The model itself on the CPU, on inputs that are made up. */
  static final ParityBasis OWN = new ParityBasis(Optional.empty(), Map.of());

  /** Takes a copy of the map. */
  ParityBasis {
    inputs = Map.copyOf(inputs);
  }
}
