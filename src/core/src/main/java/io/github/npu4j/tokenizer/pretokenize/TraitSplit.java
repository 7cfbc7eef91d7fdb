package io.github.npu4j.tokenizer.pretokenize;

import io.github.npu4j.tokenizer.pipeline.Behavior;
import io.github.npu4j.tokenizer.pipeline.Pieces;
import io.github.npu4j.tokenizer.pipeline.PreTokenizer;
import io.github.npu4j.tokenizer.unicode.CharacterTraits;
import io.github.npu4j.tokenizer.unicode.Utf8Text;

/**
 * Cuts at characters that have a trait: whitespace, punctuation, digits.
 *
 * @param traits one or several of {@link CharacterTraits}
 */
public record TraitSplit(int traits, Behavior behavior) implements PreTokenizer {

  @Override
  public void cut(Pieces pieces) {
    byte[] text = pieces.text().bytes();
    for (int i = 0; i < pieces.count(); i++) {
      pieces.begin();
      int end = pieces.end(i);
      int from = pieces.start(i);
      int at = from;
      while (at < end) {
        int size = Utf8Text.length(text[at]);
        if (CharacterTraits.has(Utf8Text.codePoint(text, at), traits)) {
          if (from < at) {
            pieces.part(behavior, from, at, false);
          }
          pieces.part(behavior, at, at + size, true);
          from = at + size;
        }
        at += size;
      }
      if (from < end) {
        pieces.part(behavior, from, end, false);
      }
    }
    pieces.commit();
  }
}
