package io.github.npu4j.compile;

import io.github.npu4j.engine.compatibility.Soc;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What to compile, and for whom.
 *
 * @param model an ONNX model, not an EPContext model
 * @param part which part of a model the ONNX model is
 * @param soc the SoC to compile for
 * @param tokens the buckets, each a sequence length; empty for a model whose shapes are static or
 *     become so by {@code dimensions}
 * @param dimensions sizes of other open dimensions, by symbol or {@code input:axis}, as {@link
 *     io.github.npu4j.onnx.StaticShapes} takes them
 * @param weights whether the buckets share their weights
 * @param epOptions further options of the QNN execution provider, by its own names
 */
public record CompileRequest(
    Path model,
    Part part,
    Soc soc,
    List<Integer> tokens,
    Map<String, Long> dimensions,
    Weights weights,
    Map<String, String> epOptions) {

  /**
   * Takes copies.
   *
   * @throws IllegalArgumentException if a bucket is below 1 or named twice, weights should be
   *     shared by fewer than two, or a part of a T5 has no bucket or open dimensions
   */
  public CompileRequest {
    tokens = List.copyOf(tokens);
    dimensions = Map.copyOf(dimensions);
    epOptions = Map.copyOf(epOptions);
    if (tokens.stream().anyMatch(count -> count < 1)
        || tokens.stream().distinct().count() != tokens.size()) {
      throw new IllegalArgumentException("buckets " + tokens + " are not different lengths");
    }
    if (weights == Weights.SHARED && tokens.size() < 2) {
      throw new IllegalArgumentException("sharing weights takes two buckets or more");
    }
    if (part != Part.WHOLE && (tokens.isEmpty() || !dimensions.isEmpty())) {
      throw new IllegalArgumentException("a T5's " + part + " takes buckets and no dimensions");
    }
  }

  /** Makes a request to compile a whole model. */
  public CompileRequest(
      Path model,
      Soc soc,
      List<Integer> tokens,
      Map<String, Long> dimensions,
      Weights weights,
      Map<String, String> epOptions) {
    this(model, Part.WHOLE, soc, tokens, dimensions, weights, epOptions);
  }

  /**
   * Returns the request to compile a part of a T5.
   *
   * @param model the ONNX model that {@code npu4j export} wrote of this part
   * @param tokens how many tokens the encoder takes, for each bucket
   */
  public static CompileRequest ofT5(
      Path model, Part part, Soc soc, List<Integer> tokens, Map<String, String> epOptions) {
    return new CompileRequest(model, part, soc, tokens, Map.of(), Weights.SEPARATE, epOptions);
  }

  /** Returns the request to compile a model with separate weights and nothing special. */
  public static CompileRequest of(Path model, Soc soc, List<Integer> tokens) {
    return new CompileRequest(model, soc, tokens, Map.of(), Weights.SEPARATE, Map.of());
  }
}
