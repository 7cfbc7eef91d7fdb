package io.github.npu4j.tokenizer.pretokenize;

import io.github.npu4j.tokenizer.pipeline.Pieces;
import io.github.npu4j.tokenizer.pipeline.PreTokenizer;
import io.github.npu4j.tokenizer.unicode.Scripts;
import io.github.npu4j.tokenizer.unicode.Utf8Text;

/**
 * Cuts where the script changes. What goes with any script stays with what it follows, and at the
 * beginning, where it follows nothing, it gets lost, as it does in Hugging Face's library.
 */
public final class ScriptSplit implements PreTokenizer {

  private static final int NOTHING = -1;

  @Override
  public void cut(Pieces pieces) {
    byte[] text = pieces.text().bytes();
    for (int i = 0; i < pieces.count(); i++) {
      int end = pieces.end(i);
      int from = NOTHING;
      int last = NOTHING;
      int at = pieces.start(i);
      while (at < end) {
        int script = Scripts.of(Utf8Text.codePoint(text, at));
        if (script != Scripts.ANY && script != last) {
          if (from != NOTHING) {
            pieces.add(from, at);
          }
          from = at;
          last = script;
        }
        at += Utf8Text.length(text[at]);
      }
      if (from != NOTHING) {
        pieces.add(from, end);
      }
    }
    pieces.commit();
  }
}
