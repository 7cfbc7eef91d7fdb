package io.github.npu4j.seq2seq.generation;

import java.util.List;

/**
 * An answer.
 *
 * @param text the answer without special tokens
 * @param ids its tokens in order, the end token included, the decoder's start token not
 * @param ending why it ended
 * @param score its log-probability: for greedy search and sampling the sum over its tokens by the
 *     model's own scores, before any rule or temperature; for beam search transformers' {@code
 *     sequences_scores}, the sum after the rules divided by the length to the power of the penalty
 * @param inputTokens how many tokens the text has; more than the model takes if it was cut
 * @param truncated whether the text was cut
 * @param timings what it took; zeros if it was in the cache
 */
public record Generation(
    String text,
    List<Integer> ids,
    Ending ending,
    double score,
    int inputTokens,
    boolean truncated,
    Timings timings) {

  /** Takes a copy of the list. */
  public Generation {
    ids = List.copyOf(ids);
  }

  /** Returns the same answer, with what was done before counted in. */
  public Generation afterNanos(long nanos) {
    return new Generation(
        text, ids, ending, score, inputTokens, truncated, timings.afterNanos(nanos));
  }

  /** Returns the same answer, taken from a cache. */
  public Generation fromCache() {
    return new Generation(text, ids, ending, score, inputTokens, truncated, Timings.NONE);
  }
}
