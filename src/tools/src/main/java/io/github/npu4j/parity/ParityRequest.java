package io.github.npu4j.parity;

import io.github.npu4j.engine.OpenOptions;
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
 * @param basis what to compare with and on
 */
public record ParityRequest(
    OpenOptions options,
    Optional<String> soc,
    List<Integer> tokens,
    Map<String, Long> dimensions,
    Optional<Tolerances> tolerances,
    ParityBasis basis) {

  /** Takes copies of the list and the map. */
  public ParityRequest {
    tokens = List.copyOf(tokens);
    dimensions = Map.copyOf(dimensions);
  }

  /** Returns the request to compare all there is on the devices that the options name. */
  public static ParityRequest of(OpenOptions options) {
    return new ParityRequest(
        options, Optional.empty(), List.of(), Map.of(), Optional.empty(), ParityBasis.OWN);
  }

  /** Returns a copy that takes only what was compiled for a SoC, such as {@code x-elite}. */
  public ParityRequest withSoc(String wanted) {
    return new ParityRequest(options, Optional.of(wanted), tokens, dimensions, tolerances, basis);
  }

  /** Returns a copy that takes only these sequence lengths. */
  public ParityRequest withTokens(List<Integer> lengths) {
    return new ParityRequest(options, soc, lengths, dimensions, tolerances, basis);
  }

  /** Returns a copy with these sizes for dimensions that the ONNX model leaves open. */
  public ParityRequest withDimensions(Map<String, Long> sizes) {
    return new ParityRequest(options, soc, tokens, sizes, tolerances, basis);
  }

  /** Returns a copy that holds every device to the same limits. */
  public ParityRequest withTolerances(Tolerances limits) {
    return new ParityRequest(options, soc, tokens, dimensions, Optional.of(limits), basis);
  }

  /** Returns a copy that compares with another model's answers, or on the caller's inputs. */
  public ParityRequest withBasis(ParityBasis other) {
    return new ParityRequest(options, soc, tokens, dimensions, tolerances, other);
  }
}
