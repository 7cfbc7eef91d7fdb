package io.github.npu4j.seq2seq;

/**
 * What may come next in an answer.
 *
 * <p>A constraint is the state after some tokens of an answer. It is immutable, so that the beams
 * of a search share their common past, and may be used by several threads.
 */
public interface Constraint {

  /**
   * Sets the bit of each token that may come next, and the end token's where the answer may end
   * here. At least one bit has to be set, or the answer could go nowhere.
   *
   * @param words bit {@code t % 64} of word {@code t / 64} is token {@code t}; {@code (vocabulary +
   *     63) / 64} words, all zero
   */
  void allowed(long[] words);

  /**
   * Returns what may come after a token.
   *
   * @param token one that {@link #allowed} allows, and not the end token
   */
  Constraint after(int token);
}
