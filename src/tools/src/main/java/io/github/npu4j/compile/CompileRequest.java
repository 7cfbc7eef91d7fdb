package io.github.npu4j.compile;

import io.github.npu4j.family.GraphRole;
import io.github.npu4j.family.HtpForm;
import io.github.npu4j.runtime.Soc;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What to compile, and for whom.
 *
 * @param model an ONNX model, not an EPContext model
 * @param role what the ONNX model does in the model that it is a part of
 * @param soc the SoC to compile for
 * @param tokens the buckets, each a sequence length; empty for a model whose shapes are static or
 *     become so by {@code dimensions}
 * @param dimensions sizes of other open dimensions, by symbol or {@code input:axis}, as {@link
 *     io.github.npu4j.onnx.StaticShapes} takes them
 * @param weights whether the buckets share their weights
 * @param epOptions further options of the QNN execution provider, by its own names
 */
@SuppressWarnings("exports") // roles are the families' business; users have none to name
public record CompileRequest(
    Path model,
    GraphRole role,
    Soc soc,
    List<Integer> tokens,
    Map<String, Long> dimensions,
    Weights weights,
    Map<String, String> epOptions) {

  /**
   * Takes copies.
   *
   * @throws IllegalArgumentException if a bucket is below 1 or named twice, weights should be
   *     shared by fewer than two, or a part of a model has no bucket or open dimensions
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
    if (!role.equals(GraphRole.WHOLE) && (tokens.isEmpty() || !dimensions.isEmpty())) {
      throw new IllegalArgumentException(
          "the " + role.name() + " of a model takes buckets and no dimensions");
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
    this(model, GraphRole.WHOLE, soc, tokens, dimensions, weights, epOptions);
  }

  /**
   * Returns the request to compile one of the graphs that a family compiles apart.
   *
   * @param tokens the length of each bucket
   */
  static CompileRequest of(
      HtpForm.Graph graph, Soc soc, List<Integer> tokens, Map<String, String> epOptions) {
    return new CompileRequest(
        graph.onnx(), graph.role(), soc, tokens, Map.of(), Weights.SEPARATE, epOptions);
  }

  /** Returns the request to compile a model with separate weights and nothing special. */
  public static CompileRequest of(Path model, Soc soc, List<Integer> tokens) {
    return new CompileRequest(model, soc, tokens, Map.of(), Weights.SEPARATE, Map.of());
  }
}
