package io.github.npu4j.compile;

import io.github.npu4j.runtime.Soc;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What of a model folder to compile, and for whom. Immutable; each {@code with} method returns a
 * changed copy.
 *
 * @param socs the SoCs to compile for, one context binary for each and each bucket
 * @param tokens the buckets, each a sequence length in tokens; empty for the usual ones, or for
 *     those that a model of several graphs was exported for
 * @param dimensions sizes of other open dimensions, by symbol or {@code input:axis}
 * @param weights whether to write, beside a file for each bucket, one that all buckets share
 * @param epOptions further options of the QNN execution provider, by its own names
 * @param folder the model folder to write; empty for the model's own, and for a bare ONNX file a
 *     folder of its name in the working directory
 */
public record ModelCompileRequest(
    List<Soc> socs,
    List<Integer> tokens,
    Map<String, Long> dimensions,
    Weights weights,
    Map<String, String> epOptions,
    Optional<Path> folder) {

  /** Takes copies of the lists and maps. */
  public ModelCompileRequest {
    socs = List.copyOf(socs);
    tokens = List.copyOf(tokens);
    dimensions = Map.copyOf(dimensions);
    epOptions = Map.copyOf(epOptions);
  }

  /**
   * Returns the request to compile the usual buckets for these SoCs into the model's own folder.
   */
  public static ModelCompileRequest of(List<Soc> socs) {
    return new ModelCompileRequest(
        socs, List.of(), Map.of(), Weights.SEPARATE, Map.of(), Optional.empty());
  }

  /** Returns a copy with these buckets, each a sequence length in tokens. */
  public ModelCompileRequest withTokens(List<Integer> lengths) {
    return new ModelCompileRequest(socs, lengths, dimensions, weights, epOptions, folder);
  }

  /** Returns a copy with these sizes for dimensions that the model leaves open. */
  public ModelCompileRequest withDimensions(Map<String, Long> sizes) {
    return new ModelCompileRequest(socs, tokens, sizes, weights, epOptions, folder);
  }

  /** Returns a copy with weights shared between buckets, or not. */
  public ModelCompileRequest withWeights(Weights wanted) {
    return new ModelCompileRequest(socs, tokens, dimensions, wanted, epOptions, folder);
  }

  /** Returns a copy with these options of the QNN execution provider. */
  public ModelCompileRequest withEpOptions(Map<String, String> options) {
    return new ModelCompileRequest(socs, tokens, dimensions, weights, options, folder);
  }

  /** Returns a copy that writes into this model folder. */
  public ModelCompileRequest withFolder(Path target) {
    return new ModelCompileRequest(
        socs, tokens, dimensions, weights, epOptions, Optional.of(target));
  }
}
