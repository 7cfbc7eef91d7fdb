package io.github.npu4j.parity;

import io.github.npu4j.engine.OpenOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What of a model to compare, and how strictly. Immutable; each {@code with} method returns a
 * changed copy.
 *
 * @param options where to compare; {@code AUTO} means everywhere on this machine: the CPU, and the
 *     NPU or, where there is none, its emulator. With a plugin's library, the plugin alone
 * @param soc the SoC that context binaries were compiled for; empty for all
 * @param tokens sequence lengths; empty for all, and for 16 tokens on the CPU alone
 * @param dimensions sizes of other open dimensions of the ONNX model, by name
 * @param tolerances the limits for all; empty for those of each device's precision
 * @param reference the ONNX model whose answers on the CPU count as right, such as the float model
 *     that a quantized one was made from; empty for the model's own ONNX file
 * @param inputs a {@code .npy} file for each input that is not to be made up
 */
public record ParityRequest(
    OpenOptions options,
    Optional<String> soc,
    List<Integer> tokens,
    Map<String, Long> dimensions,
    Optional<Tolerances> tolerances,
    Optional<Path> reference,
    Map<String, Path> inputs) {

  /** Takes copies of the list and the map. */
  public ParityRequest {
    tokens = List.copyOf(tokens);
    dimensions = Map.copyOf(dimensions);
    inputs = Map.copyOf(inputs);
  }

  /** Returns the request to compare all there is on the devices that the options name. */
  public static ParityRequest of(OpenOptions options) {
    return new ParityRequest(
        options,
        Optional.empty(),
        List.of(),
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Map.of());
  }

  /** Returns a copy that takes only what was compiled for a SoC, such as {@code x-elite}. */
  public ParityRequest withSoc(String wanted) {
    return new ParityRequest(
        options, Optional.of(wanted), tokens, dimensions, tolerances, reference, inputs);
  }

  /** Returns a copy that takes only these sequence lengths. */
  public ParityRequest withTokens(List<Integer> lengths) {
    return new ParityRequest(options, soc, lengths, dimensions, tolerances, reference, inputs);
  }

  /** Returns a copy with these sizes for dimensions that the ONNX model leaves open. */
  public ParityRequest withDimensions(Map<String, Long> sizes) {
    return new ParityRequest(options, soc, tokens, sizes, tolerances, reference, inputs);
  }

  /** Returns a copy that holds every device to the same limits. */
  public ParityRequest withTolerances(Tolerances limits) {
    return new ParityRequest(
        options, soc, tokens, dimensions, Optional.of(limits), reference, inputs);
  }

  /** Returns a copy that counts another model's answers on the CPU as right. */
  public ParityRequest withReference(Path onnx) {
    return new ParityRequest(
        options, soc, tokens, dimensions, tolerances, Optional.of(onnx), inputs);
  }

  /** Returns a copy with the caller's inputs, a {@code .npy} file each. */
  public ParityRequest withInputs(Map<String, Path> files) {
    return new ParityRequest(options, soc, tokens, dimensions, tolerances, reference, files);
  }

  ParityBasis basis() {
    return new ParityBasis(reference, inputs);
  }
}
