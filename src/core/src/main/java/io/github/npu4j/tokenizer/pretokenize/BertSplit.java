package io.github.npu4j.tokenizer.pretokenize;

import io.github.npu4j.tokenizer.pipeline.Pieces;
import io.github.npu4j.tokenizer.pipeline.PreTokenizer;
import io.github.npu4j.tokenizer.unicode.CharacterTraits;
import io.github.npu4j.tokenizer.unicode.Utf8Text;

/** Cuts at whitespace, which goes, and makes each punctuation character a piece of its own. */
public final class BertSplit implements PreTokenizer {

  @Override
  public void cut(Pieces pieces) {
    byte[] text = pieces.text().bytes();
    for (int i = 0; i < pieces.count(); i++) {
      int end = pieces.end(i);
      int from = pieces.start(i);
      int at = from;
      while (at < end) {
        int size = Utf8Text.length(text[at]);
        int traits = CharacterTraits.of(Utf8Text.codePoint(text, at));
        if ((traits & (CharacterTraits.SPACE | CharacterTraits.PUNCTUATION)) != 0) {
          pieces.add(from, at);
          if ((traits & CharacterTraits.PUNCTUATION) != 0) {
            pieces.add(at, at + size);
          }
          from = at + size;
        }
        at += size;
      }
      pieces.add(from, end);
    }
    pieces.commit();
  }
}
