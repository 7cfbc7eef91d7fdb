package io.github.npu4j.tokenizer.normalize;

import io.github.npu4j.tokenizer.pipeline.Normalizer;
import io.github.npu4j.tokenizer.pipeline.TextBuffer;
import io.github.npu4j.tokenizer.pipeline.Workspace;
import io.github.npu4j.tokenizer.unicode.CharacterTraits;
import io.github.npu4j.tokenizer.unicode.Utf8Text;

/** Puts spaces around Chinese characters; a part of BERT's normalizer. */
final class ChineseNormalizer implements Normalizer {

  @Override
  public boolean normalize(TextBuffer text, TextBuffer result, Workspace workspace) {
    byte[] bytes = text.bytes();
    int length = text.length();
    boolean changed = false;
    int at = 0;
    int copied = 0;
    while (at < length) {
      int size = Utf8Text.length(bytes[at]);
      if (size > 2 && CharacterTraits.has(Utf8Text.codePoint(bytes, at), CharacterTraits.CHINESE)) {
        result.append(text, copied, at);
        result.append(' ', text, at);
        result.append(text, at, at + size);
        result.append(' ', text, at);
        copied = at + size;
        changed = true;
      }
      at += size;
    }
    if (changed) {
      result.append(text, copied, length);
    }
    return changed;
  }
}
