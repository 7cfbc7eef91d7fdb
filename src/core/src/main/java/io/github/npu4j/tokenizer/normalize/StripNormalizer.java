package io.github.npu4j.tokenizer.normalize;

import io.github.npu4j.tokenizer.pipeline.Normalizer;
import io.github.npu4j.tokenizer.pipeline.TextBuffer;
import io.github.npu4j.tokenizer.pipeline.Workspace;
import io.github.npu4j.tokenizer.unicode.CharacterTraits;
import io.github.npu4j.tokenizer.unicode.Utf8Text;

/** Leaves whitespace out at the ends of a text. */
public record StripNormalizer(boolean left, boolean right) implements Normalizer {

  @Override
  public boolean normalize(TextBuffer text, TextBuffer result, Workspace workspace) {
    byte[] bytes = text.bytes();
    int start = 0;
    int end = text.length();
    while (left && start < end && isSpace(bytes, start)) {
      start += Utf8Text.length(bytes[start]);
    }
    while (right && start < end && isSpace(bytes, Utf8Text.previous(bytes, end))) {
      end = Utf8Text.previous(bytes, end);
    }
    if (start == 0 && end == text.length()) {
      return false;
    }
    result.append(text, start, end);
    return true;
  }

  private static boolean isSpace(byte[] bytes, int at) {
    return CharacterTraits.has(Utf8Text.codePoint(bytes, at), CharacterTraits.SPACE);
  }
}
