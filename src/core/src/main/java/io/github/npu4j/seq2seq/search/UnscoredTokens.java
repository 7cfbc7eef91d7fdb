package io.github.npu4j.seq2seq.search;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that were chosen by shortlists, and whose log-probability is still to be computed. It
 * takes the scores of all tokens, and so the whole of the output layer; for many steps together it
 * is read once. Allocates nothing after the first token.
 */
final class UnscoredTokens {

  private float[] states = {};
  private int[] tokens = {};
  private int count;
  private @Nullable Shortlist last;

  /**
   * Takes a token.
   *
   * @param list the list it was chosen from
   * @return the log-probability of the tokens so far if they were enough to compute it, else 0
   */
  double add(Shortlist list, int token) {
    if (last == null) {
      tokens = new int[list.mostStates()];
      states = new float[tokens.length * list.width()];
    }
    last = list;
    list.copyState(states, count * list.width());
    tokens[count++] = token;
    return count == tokens.length ? settle() : 0;
  }

  /** Returns the log-probability of the tokens that it is not yet computed of. */
  double settle() {
    if (last == null || count == 0) {
      return 0;
    }
    MemorySegment logits = last.logits(states, count);
    long row = logits.byteSize() / count;
    double sum = 0;
    for (int i = 0; i < count; i++) {
      MemorySegment scores = logits.asSlice(i * row, row);
      double whole = Logits.logSumExp(scores, Logits.get(scores, Logits.argmax(scores)));
      sum += Logits.get(scores, tokens[i]) - whole;
    }
    count = 0;
    return sum;
  }
}
