package io.github.npu4j.family.t5;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.family.decoder.StaticDecoder;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.onnx.StaticShapes;
import io.github.npu4j.onnx.ValueInfo;
import io.github.npu4j.tensor.Shape;
import java.util.List;
import java.util.Map;

/**
 * The static graphs that {@code npu4j export} writes of a T5, made for fewer tokens than they were
 * exported for. Keys and values of the cross-attention are as long as the encoder's input, so both
 * graphs change; the position biases of a shorter input are the upper left corner of a longer
 * one's.
 */
public final class T5Buckets {

  static final String ENCODER_BIAS = "encoder.position_bias";

  private T5Buckets() {}

  static String cross(int layer, String part) {
    return StaticDecoder.CROSS + layer + "." + part;
  }

  /**
   * Returns the shapes of a graph for a number of tokens.
   *
   * @param model a {@code t5_nlu_encoder.onnx} or {@code t5_nlu_decoder.onnx}
   * @param tokens how many tokens the encoder is to take
   * @throws BadModelException if the model is neither
   * @throws BadInputException if it was exported for fewer tokens
   */
  public static StaticShapes shapes(OnnxModel model, int tokens) {
    int exported = exportedTokens(model);
    if (tokens < 1 || tokens > exported) {
      throw new BadInputException(
          model.fileName() + " can't be compiled for " + tokens + " tokens",
          "it was exported for at most " + exported,
          "Choose fewer, or export the checkpoint again with a larger bucket.");
    }
    return StaticShapes.resized(
        resized(model.graph().requiredInputs(), tokens),
        resized(model.graph().outputs(), tokens),
        Map.of(ENCODER_BIAS, (long) tokens));
  }

  private static List<ValueInfo> resized(List<ValueInfo> values, int tokens) {
    return values.stream()
        .map(value -> {
          int axis = axis(value.name());
          return axis < 0 ? value : value.resized(axis, tokens);
        })
        .toList();
  }

  /**
   * Returns for how many tokens a graph was exported.
   *
   * @throws BadModelException if it is no such graph
   */
  public static int exportedTokens(OnnxModel model) {
    for (ValueInfo input : model.graph().requiredInputs()) {
      boolean says =
          input.name().equals(StaticDecoder.IDS) || input.name().equals(StaticDecoder.CROSS_MASK);
      if (says && input.isStatic()) {
        Shape shape = input.spec().orElseThrow().shape();
        return Math.toIntExact(shape.dimension(shape.rank() - 1));
      }
    }
    throw new BadModelException(
        model.fileName() + " is not one of a T5's static graphs",
        "it has neither a static input "
            + StaticDecoder.IDS
            + " nor a static input "
            + StaticDecoder.CROSS_MASK,
        "Export the checkpoint again with npu4j export.");
  }

  /** Returns which axis of a value counts the encoder's tokens, or -1. */
  private static int axis(String name) {
    return switch (name) {
      case StaticDecoder.IDS -> 1;
      case StaticDecoder.MASK, StaticDecoder.CROSS_MASK -> 3;
      default -> name.startsWith(StaticDecoder.CROSS) ? 2 : -1;
    };
  }
}
