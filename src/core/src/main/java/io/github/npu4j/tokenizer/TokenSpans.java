package io.github.npu4j.tokenizer;

import io.github.npu4j.tokenizer.codec.TokenIds;
import io.github.npu4j.tokenizer.codec.TokenOffsets;

/**
 * Where in a text each token of an {@link Encoding} comes from. A special token that was put around
 * the text comes from nowhere and has -1 twice.
 *
 * @param encoding the tokens
 * @param starts where each begins
 * @param ends where each ends
 */
public record TokenSpans(Encoding encoding, int[] starts, int[] ends) {

  /** In place of a token's start and end if it does not come from the text. */
  public static final int NOWHERE = -1;

  static TokenSpans of(TokenOffsets offsets, String text, OffsetUnit unit) {
    TokenIds tokens = offsets.tokens();
    Encoding encoding = new Encoding(tokens.ids(), tokens.typeIds(), tokens.total());
    if (unit == OffsetUnit.CODE_POINTS) {
      return new TokenSpans(encoding, offsets.starts(), offsets.ends());
    }
    int[] chars = new int[text.codePointCount(0, text.length()) + 1];
    int at = 0;
    for (int i = 0; i < chars.length; i++) {
      chars[i] = at;
      at += at < text.length() ? Character.charCount(text.codePointAt(at)) : 0;
    }
    return new TokenSpans(
        encoding, inChars(offsets.starts(), chars), inChars(offsets.ends(), chars));
  }

  private static int[] inChars(int[] codePoints, int[] chars) {
    int[] offsets = new int[codePoints.length];
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = codePoints[i] == NOWHERE ? NOWHERE : chars[codePoints[i]];
    }
    return offsets;
  }
}
