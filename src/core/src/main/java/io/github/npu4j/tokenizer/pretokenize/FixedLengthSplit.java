package io.github.npu4j.tokenizer.pretokenize;

import io.github.npu4j.tokenizer.pipeline.Pieces;
import io.github.npu4j.tokenizer.pipeline.PreTokenizer;
import io.github.npu4j.tokenizer.unicode.Utf8Text;

/** Cuts into pieces of {@code length} characters, the last of which may have fewer. */
public record FixedLengthSplit(int length) implements PreTokenizer {

  @Override
  public void cut(Pieces pieces) {
    byte[] text = pieces.text().bytes();
    for (int i = 0; i < pieces.count(); i++) {
      int end = pieces.end(i);
      int at = pieces.start(i);
      while (at < end) {
        int from = at;
        for (int characters = 0; characters < length && at < end; characters++) {
          at += Utf8Text.length(text[at]);
        }
        pieces.add(from, at);
      }
    }
    pieces.commit();
  }
}
