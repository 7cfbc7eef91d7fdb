package io.github.npu4j.seq2seq.search;

import java.lang.foreign.MemorySegment;

/** Changes the scores of what may come next. */
@FunctionalInterface
interface LogitsRule {

  /**
   * Changes scores in place.
   *
   * @param prefix what there is of the answer
   * @param scores one float a token; logits, or log-probabilities in a beam search
   */
  void apply(Prefix prefix, MemorySegment scores);
}
