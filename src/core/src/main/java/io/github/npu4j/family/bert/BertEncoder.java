package io.github.npu4j.family.bert;

import java.util.List;

/**
 * An encoder of BERT's form, as names of the constants in the graph it was found in: embeddings,
 * then layers of self-attention and feed-forward with GELU, each followed by the sum with its input
 * and a layer norm.
 *
 * @param ids the input of token ids
 * @param mask the input that is 1 for each token that counts
 * @param types the input of segments
 * @param output the output, {@code batch x length x width}
 * @param embeddings the tables
 * @param heads the number of attention heads
 * @param maskedOut what is added to the attention of a token that does not count
 * @param layers first to last
 */
record BertEncoder(
    String ids,
    String mask,
    String types,
    String output,
    Embeddings embeddings,
    int heads,
    float maskedOut,
    List<Layer> layers) {

  /**
   * The tables of embeddings, {@code rows x width} each, and the norm of their sum.
   *
   * @param words by token id
   * @param positions by place
   * @param types by segment
   * @param norm the norm
   */
  record Embeddings(String words, String positions, String types, Norm norm) {}

  /** A layer norm: factors, summands, and what is added to the variance. */
  record Norm(String factors, String summands, float epsilon) {}

  /** A product and a sum: a matrix {@code in x out} and a vector. */
  record Linear(String matrix, String bias) {}

  /**
   * A layer.
   *
   * @param query of each head, side by side
   * @param key likewise
   * @param value likewise
   * @param joined what the heads' answers go through
   * @param attended the norm after attention
   * @param up to the wider space
   * @param down back
   * @param done the norm at the end
   */
  record Layer(
      Linear query,
      Linear key,
      Linear value,
      Linear joined,
      Norm attended,
      Linear up,
      Linear down,
      Norm done) {}

  /** Takes a copy of the list. */
  BertEncoder {
    layers = List.copyOf(layers);
  }
}
