package io.github.npu4j.family.encoder;

import java.util.Optional;

/**
 * How a family names the weights of its encoder. A linear layer and a norm have {@code .weight} and
 * {@code .bias}, a table of embeddings {@code .weight}.
 *
 * @param prefix what all names begin with in a checkpoint that has a head; a checkpoint of the
 *     encoder alone may leave it out
 * @param embeddings of the tables
 * @param layer what the names of a layer's weights begin with; the layer's number and a point
 *     follow
 * @param attention of a layer's attention, within the layer
 * @param feedForward of a layer's feed-forward block, within the layer
 */
public record EncoderNames(
    String prefix,
    Embeddings embeddings,
    String layer,
    Attention attention,
    FeedForward feedForward) {

  /**
   * The tables of embeddings.
   *
   * @param words by token id
   * @param positions by place
   * @param types by segment; empty if there are no segments
   * @param norm the norm of their sum
   */
  public record Embeddings(String words, String positions, Optional<String> types, String norm) {}

  /**
   * Self-attention.
   *
   * @param query its projection
   * @param key its projection
   * @param value its projection
   * @param joined the linear layer that joins the heads
   * @param norm the norm of the sum with the layer's input
   */
  public record Attention(String query, String key, String value, String joined, String norm) {}

  /**
   * The feed-forward block.
   *
   * @param up the linear layer to the wider space
   * @param down the one back
   * @param norm the norm of the sum with the block's input
   */
  public record FeedForward(String up, String down, String norm) {}

  /** Returns the full name of a part of a layer. */
  String of(int number, String part) {
    return layer + number + "." + part;
  }
}
