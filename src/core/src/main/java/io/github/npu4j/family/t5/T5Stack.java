package io.github.npu4j.family.t5;

import java.util.List;

/** The two halves of a T5, and the names that PyTorch gives to their weights. */
public enum T5Stack {
  /** Self-attention and feed-forward in each block. */
  ENCODER("encoder"),
  /** Self-attention, cross-attention and feed-forward in each block. */
  DECODER("decoder");

  private final String prefix;

  T5Stack(String prefix) {
    this.prefix = prefix;
  }

  /** Returns how many blocks there are. */
  public int layers(T5Config config) {
    return this == ENCODER ? config.layers().encoder() : config.layers().decoder();
  }

  /**
   * Returns the self-attention of a block, which has {@code .q}, {@code .k}, {@code .v}, {@code
   * .o}.
   */
  public String selfAttention(int layer) {
    return layer(layer, 0) + ".SelfAttention";
  }

  /** Returns the cross-attention of a block of the decoder, named within like self-attention. */
  public String crossAttention(int layer) {
    if (this == ENCODER) {
      throw new IllegalStateException("the encoder has no cross-attention");
    }
    return layer(layer, 1) + ".EncDecAttention";
  }

  /** Returns the feed-forward block, which has {@link #up} and {@code .wo}. */
  public String feedForward(int layer) {
    return layer(layer, this == ENCODER ? 1 : 2) + ".DenseReluDense";
  }

  /** Returns the weight of the RMS norm before an attention or a feed-forward block. */
  public static String normBefore(String block) {
    return block.substring(0, block.lastIndexOf('.')) + ".layer_norm";
  }

  /** Returns the weight of the RMS norm after the last block. */
  public String finalNorm() {
    return prefix + ".final_layer_norm";
  }

  /** Returns the table of position biases, {@code [buckets, heads]}; all blocks share it. */
  public String positionBias() {
    return selfAttention(0) + ".relative_attention_bias";
  }

  /** Returns the names of the feed-forward block's first layers: {@code wi}, or gate and value. */
  public static List<String> up(T5Config config) {
    return config.feedForward().gated() ? List.of("wi_0", "wi_1") : List.of("wi");
  }

  List<String> attentions(int layer) {
    return this == ENCODER
        ? List.of(selfAttention(layer))
        : List.of(selfAttention(layer), crossAttention(layer));
  }

  private String layer(int block, int part) {
    return prefix + ".block." + block + ".layer." + part;
  }
}
