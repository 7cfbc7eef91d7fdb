package io.github.npu4j.tokenizer.normalize;

import io.github.npu4j.tokenizer.pipeline.Normalizer;
import io.github.npu4j.tokenizer.pipeline.TextBuffer;
import io.github.npu4j.tokenizer.pipeline.Workspace;
import io.github.npu4j.tokenizer.unicode.Utf8Text;

/** Writes everything in lower case, a character at a time and in no language. */
public final class LowercaseNormalizer implements Normalizer {

  /** The one character whose lower case is two: a capital I with a dot. */
  private static final int DOTTED_I = 0x130;

  private static final int DOT_ABOVE = 0x307;

  @Override
  public boolean normalize(TextBuffer text, TextBuffer result, Workspace workspace) {
    byte[] bytes = text.bytes();
    int length = text.length();
    boolean changed = false;
    int at = 0;
    int copied = 0;
    while (at < length) {
      int first = bytes[at];
      if (first >= 0 && (first < 'A' || first > 'Z')) {
        at++;
        continue;
      }
      int codePoint = Utf8Text.codePoint(bytes, at);
      int lower = Character.toLowerCase(codePoint);
      int size = Utf8Text.length(bytes[at]);
      if (lower != codePoint) {
        result.append(text, copied, at);
        result.append(lower, text, at);
        if (codePoint == DOTTED_I) {
          result.append(DOT_ABOVE, text, at);
        }
        changed = true;
        copied = at + size;
      }
      at += size;
    }
    if (changed) {
      result.append(text, copied, length);
    }
    return changed;
  }
}
