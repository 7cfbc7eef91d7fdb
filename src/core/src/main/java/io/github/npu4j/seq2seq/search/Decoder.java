package io.github.npu4j.seq2seq.search;

import io.github.npu4j.tokenizer.Encoding;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The model's side of a search: rows of unfinished answers that advance together, a token a step.
 *
 * <p>Belongs to one thread at a time. After a failure it may only be closed.
 */
public interface Decoder extends AutoCloseable {

  /**
   * Reads texts and takes the decoder's start token, so that row {@code i} has the scores of the
   * first token of text {@code i}'s answer.
   *
   * @param texts at least one, and at most {@link DecoderSource#mostTexts()}
   * @param mostRows the most rows there will be, not less than texts
   * @param wanted what will be read
   */
  void begin(List<Encoding> texts, int mostRows, ScoresNeeded wanted);

  /**
   * Takes a token in each of some rows.
   *
   * @param rows how many rows there are from now on
   * @param parents the row of before that each row goes on with; several may have the same
   * @param tokens the token that each row takes
   */
  void advance(int rows, int[] parents, int[] tokens);

  /**
   * Returns the scores of a row's next token, one float a token; valid until the next step. Where
   * there are shortlists, they are computed on first use.
   */
  MemorySegment logits(int row);

  /**
   * Returns a row's shortlist, if {@link ScoresNeeded#BEST} was said; valid until the next step.
   *
   * @return {@code null} if this decoder or this step has none
   */
  default @Nullable Shortlist shortlist(int row) {
    return null;
  }

  /**
   * Returns how long runs waited for their turns on the device since the texts were begun, in
   * nanoseconds; 0 where they take no turns.
   */
  default long queueNanos() {
    return 0;
  }

  @Override
  void close();
}
