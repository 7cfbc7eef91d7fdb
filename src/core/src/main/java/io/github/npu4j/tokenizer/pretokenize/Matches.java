package io.github.npu4j.tokenizer.pretokenize;

import io.github.npu4j.tokenizer.pattern.MatchScratch;
import io.github.npu4j.tokenizer.pattern.TextPattern;
import io.github.npu4j.tokenizer.unicode.Utf8Text;

/** All matches of a pattern in a text, one after the other. */
public final class Matches {

  /** There was no match yet. */
  public static final int NONE = -1;

  private Matches() {}

  /**
   * Finds the next match. One of no length right behind another is none.
   *
   * @param from where to begin to look
   * @param lastEnd where the match before ended, or {@link #NONE}
   * @return as {@link TextPattern#find}
   */
  public static long next(
      TextPattern pattern,
      byte[] text,
      int start,
      int end,
      int from,
      int lastEnd,
      MatchScratch scratch) {
    int at = from;
    while (at <= end) {
      long match = pattern.find(text, start, end, at, scratch);
      if (match == TextPattern.NONE
          || TextPattern.start(match) != TextPattern.end(match)
          || TextPattern.end(match) != lastEnd) {
        return match;
      }
      if (at == end) {
        return TextPattern.NONE;
      }
      at += Utf8Text.length(text[at]);
    }
    return TextPattern.NONE;
  }
}
