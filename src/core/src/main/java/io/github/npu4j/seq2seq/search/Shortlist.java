package io.github.npu4j.seq2seq.search;

import java.lang.foreign.MemorySegment;

/**
 * The tokens that can be the best next one of a row, in the place of the scores of all tokens.
 *
 * <p>No other token has a score above {@link #others}. If one token's score is above all others' of
 * the list and above {@code others} by more than {@link #margin}, which is how far two evaluations
 * in float32 can be apart, then it has the greatest of all scores, by any evaluation. If none has,
 * the list proves nothing. Rules that only ban tokens lower scores, so that all of this stays true
 * after them.
 *
 * <p>Valid until the decoder's next step.
 */
public interface Shortlist {

  /** Returns how many tokens there are. */
  int size();

  /** Returns the token of a place. */
  int token(int place);

  /** Returns the score of the token of a place. */
  float score(int place);

  /** Returns what the score of no other token is above. */
  float others();

  /** Returns how much a lead has to be; infinity or not a number if nothing can be proved. */
  float margin();

  /** Returns the length of a hidden state. */
  int width();

  /** Copies the hidden state that the scores are of. */
  void copyState(float[] into, int at);

  /** Returns how many hidden states {@link #logits} takes at most. */
  int mostStates();

  /**
   * Computes the scores of all tokens for hidden states, of any row and step.
   *
   * @param states one after the other
   * @param count how many
   * @return {@code [count, vocabulary]} floats; valid until the next call
   */
  MemorySegment logits(float[] states, int count);
}
