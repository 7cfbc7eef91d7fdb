package io.github.npu4j.seq2seq.search;

import java.util.Arrays;

/** Rules that follow from the text which is answered. */
final class SourceRules {

  private SourceRules() {}

  /**
   * Makes the text's own tokens likelier.
   *
   * @param source the text's tokens
   * @param penalty what their scores are multiplied by, or divided where they are negative
   */
  static LogitsRule repetition(long[] source, float penalty) {
    int[] tokens = Arrays.stream(source).distinct().mapToInt(Math::toIntExact).toArray();
    float inverse = 1 / penalty; // transformers divides by it: the same float, bit for bit
    return (_, scores) -> {
      for (int token : tokens) {
        float score = Logits.get(scores, token);
        Logits.set(scores, token, score < 0 ? score * inverse : score / inverse);
      }
    };
  }

  /** Bans each token that would complete a sequence of the text. */
  static LogitsRule noRepeatNgram(long[] source, int size) {
    return (prefix, scores) -> {
      for (int start = 0; start + size <= source.length; start++) {
        if (endsLike(prefix, source, start, size - 1)) {
          Logits.ban(scores, (int) source[start + size - 1]);
        }
      }
    };
  }

  private static boolean endsLike(Prefix prefix, long[] source, int start, int count) {
    int tail = prefix.length() - count;
    if (tail < 0) {
      return false;
    }
    for (int i = 0; i < count; i++) {
      if (prefix.id(tail + i) != source[start + i]) {
        return false;
      }
    }
    return true;
  }
}
