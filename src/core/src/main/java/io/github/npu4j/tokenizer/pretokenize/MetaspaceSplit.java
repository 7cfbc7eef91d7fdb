package io.github.npu4j.tokenizer.pretokenize;

import io.github.npu4j.tokenizer.pipeline.Behavior;
import io.github.npu4j.tokenizer.pipeline.Pieces;
import io.github.npu4j.tokenizer.pipeline.PreTokenizer;
import io.github.npu4j.tokenizer.pipeline.TextBuffer;
import io.github.npu4j.tokenizer.unicode.Utf8Text;

/** Writes spaces with another character, puts one in front, and cuts before each. */
public final class MetaspaceSplit implements PreTokenizer {

  /** Where a space is put in front, if there is none. */
  public enum Prepend {
    /** In front of each piece. */
    ALWAYS,
    /** In front of the text. */
    FIRST,
    NEVER
  }

  private final int replacement;
  private final Prepend prepend;
  private final boolean split;
  private final int size;

  /**
   * Makes one.
   *
   * @param replacement what spaces are written with
   * @param split whether pieces are cut
   */
  public MetaspaceSplit(int replacement, Prepend prepend, boolean split) {
    this.replacement = replacement;
    this.prepend = prepend;
    this.split = split;
    this.size = Utf8Text.lengthOf(replacement);
  }

  @Override
  public boolean asksForOrigin() {
    return prepend == Prepend.FIRST;
  }

  @Override
  public void cut(Pieces pieces) {
    TextBuffer text = pieces.text();
    TextBuffer result = pieces.rewritten();
    for (int i = 0; i < pieces.count(); i++) {
      int start = result.length();
      rewrite(text, pieces, i, result);
      if (split) {
        split(result, start, pieces);
      } else {
        pieces.add(start, result.length());
      }
    }
    pieces.commit(result);
  }

  private void rewrite(TextBuffer text, Pieces pieces, int piece, TextBuffer result) {
    byte[] bytes = text.bytes();
    int at = pieces.start(piece);
    int end = pieces.end(piece);
    int first = Utf8Text.codePoint(bytes, at);
    if (first != ' '
        && first != replacement
        && (prepend == Prepend.ALWAYS || prepend == Prepend.FIRST && pieces.isAtOrigin(piece))) {
      result.append(replacement, text, at);
    }
    int copied = at;
    while (at < end) {
      if (bytes[at] == ' ') {
        result.append(text, copied, at);
        result.append(replacement, text, at);
        copied = at + 1;
      }
      at++;
    }
    result.append(text, copied, end);
  }

  private void split(TextBuffer result, int start, Pieces pieces) {
    byte[] bytes = result.bytes();
    int end = result.length();
    int from = start;
    int at = start;
    pieces.begin();
    while (at < end) {
      if (Utf8Text.codePoint(bytes, at) == replacement) {
        if (from < at) {
          pieces.part(Behavior.MERGED_WITH_NEXT, from, at, false);
        }
        pieces.part(Behavior.MERGED_WITH_NEXT, at, at + size, true);
        from = at + size;
      }
      at += Utf8Text.length(bytes[at]);
    }
    if (from < end) {
      pieces.part(Behavior.MERGED_WITH_NEXT, from, end, false);
    }
  }
}
