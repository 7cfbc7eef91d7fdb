package io.github.npu4j.family.encoder;

import io.github.npu4j.family.CheckpointConfig;

/**
 * The numbers of an encoder, as its configuration has them.
 *
 * @param vocabulary how many tokens there are
 * @param positions the most tokens of a text
 * @param types how many segments there are; 0 if the family has none
 * @param width of the residual stream
 * @param hidden the inner width of the feed-forward blocks
 * @param layers how many
 * @param heads of attention; the width is a multiple of them
 * @param epsilon what the norms add to the variance
 * @param activation of the feed-forward blocks
 */
public record EncoderSizes(
    int vocabulary,
    int positions,
    int types,
    int width,
    int hidden,
    int layers,
    int heads,
    float epsilon,
    Activation activation) {

  /** What the feed-forward block applies between its layers. */
  public enum Activation {
    /** With the error function. */
    GELU,
    /** By its approximation with tanh. */
    GELU_TANH,
    /** The positive part. */
    RELU;

    /**
     * Returns the one that a configuration names.
     *
     * @throws io.github.npu4j.error.BadModelException if it is not known
     */
    public static Activation of(String name) {
      return switch (name) {
        case "gelu" -> GELU;
        case "gelu_new", "gelu_pytorch_tanh" -> GELU_TANH;
        case "relu" -> RELU;
        default ->
            throw CheckpointConfig.bad(
                "its feed-forward layers have the activation \"" + name + "\"",
                "npu4j exports gelu, gelu_new and relu.");
      };
    }
  }

  /**
   * Checks what can't be seen from one field alone.
   *
   * @throws io.github.npu4j.error.BadModelException if the heads don't divide the width, or the
   *     norms add nothing
   */
  public EncoderSizes {
    if (width % heads != 0) {
      throw CheckpointConfig.bad(heads + " heads can't share a width of " + width, "");
    }
    if (!(epsilon > 0) || epsilon > 1) {
      throw CheckpointConfig.bad("the norms' epsilon is " + epsilon, "");
    }
  }
}
