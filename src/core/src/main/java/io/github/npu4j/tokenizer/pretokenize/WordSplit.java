package io.github.npu4j.tokenizer.pretokenize;

import io.github.npu4j.tokenizer.pipeline.Pieces;
import io.github.npu4j.tokenizer.pipeline.PreTokenizer;
import io.github.npu4j.tokenizer.unicode.CharacterTraits;
import io.github.npu4j.tokenizer.unicode.Utf8Text;

/** Cuts into words and what stands between them; whitespace goes. The type Whitespace. */
public final class WordSplit implements PreTokenizer {

  private static final int OTHER = 0;

  @Override
  public void cut(Pieces pieces) {
    byte[] text = pieces.text().bytes();
    for (int i = 0; i < pieces.count(); i++) {
      int end = pieces.end(i);
      int from = pieces.start(i);
      int kind = CharacterTraits.SPACE;
      int at = from;
      while (at < end) {
        int next = kind(CharacterTraits.of(Utf8Text.codePoint(text, at)));
        if (next != kind) {
          if (kind != CharacterTraits.SPACE) {
            pieces.add(from, at);
          }
          from = at;
          kind = next;
        }
        at += Utf8Text.length(text[at]);
      }
      if (kind != CharacterTraits.SPACE) {
        pieces.add(from, end);
      }
    }
    pieces.commit();
  }

  private static int kind(int traits) {
    return (traits & CharacterTraits.WORD) != 0
        ? CharacterTraits.WORD
        : (traits & CharacterTraits.SPACE) != 0 ? CharacterTraits.SPACE : OTHER;
  }
}
