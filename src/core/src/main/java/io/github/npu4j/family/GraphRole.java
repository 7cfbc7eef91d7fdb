package io.github.npu4j.family;

import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.onnx.StaticShapes;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What a graph does in its model: how its buckets are made, and what they are called.
 *
 * @param name empty for a graph that is all of the model, else a word in lower case such as {@code
 *     encoder}
 * @param shaping makes the graph's shapes those of a bucket
 */
public record GraphRole(String name, Shaping shaping) {

  /**
   * All of a model, with open shapes or with none; the bucket of 32 tokens is called {@code 32}.
   */
  public static final GraphRole WHOLE =
      new GraphRole(
          "",
          (model, tokens, dimensions) ->
              StaticShapes.of(model, OptionalLong.of(tokens), dimensions));

  /** Makes a graph's shapes those of a bucket. */
  @FunctionalInterface
  public interface Shaping {
    /**
     * Returns the shapes.
     *
     * @param model the graph
     * @param tokens the bucket's length
     * @param dimensions sizes of other open dimensions, by symbol or {@code input:axis}
     * @throws io.github.npu4j.error.BadInputException if the graph can't be made for that length
     */
    StaticShapes shapes(OnnxModel model, int tokens, Map<String, Long> dimensions);
  }

  /** Returns the name of the context binary of a bucket, such as {@code encoder-32}. */
  public String bucket(long tokens) {
    return name.isEmpty() ? Long.toString(tokens) : name + "-" + tokens;
  }
}
