package io.github.npu4j.tokenizer.normalize;

import io.github.npu4j.tokenizer.pipeline.Normalizer;
import io.github.npu4j.tokenizer.pipeline.TextBuffer;
import io.github.npu4j.tokenizer.pipeline.Workspace;

/**
 * BERT's normalizer.
 *
 * @param cleanText whether controls are left out and whitespace is made spaces
 * @param handleChineseChars whether spaces are put around Chinese characters
 * @param stripAccents whether letters lose their accents
 * @param lowercase whether they become lower case
 */
public record BertNormalizer(
    boolean cleanText, boolean handleChineseChars, boolean stripAccents, boolean lowercase)
    implements Normalizer {

  private static final Normalizer CHINESE = new ChineseNormalizer();
  private static final Normalizer LOWERCASE = new LowercaseNormalizer();

  /** Does all steps at once for a text in ASCII; others are rewritten step by step. */
  @Override
  public boolean normalize(TextBuffer text, TextBuffer result, Workspace workspace) {
    byte[] bytes = text.bytes();
    int length = text.length();
    boolean changed = false;
    int copied = 0;
    for (int at = 0; at < length; at++) {
      int character = bytes[at];
      int mapped = character;
      if (lowercase && character >= 'A' && character <= 'Z') {
        mapped = character + ('a' - 'A');
      } else if (cleanText && (character < ' ' || character == 0x7f)) {
        mapped = FilterNormalizer.CLEAN.mapped(character);
      }
      if (mapped != character) {
        result.append(text, copied, at);
        if (mapped != FilterNormalizer.GONE) {
          result.append(mapped, text, at);
        }
        copied = at + 1;
        changed = true;
      }
    }
    if (changed) {
      result.append(text, copied, length);
    }
    return changed;
  }

  @Override
  public void applyTo(Workspace workspace) {
    if (workspace.isAscii()) {
      workspace.apply(this);
      return;
    }
    if (cleanText) {
      workspace.apply(FilterNormalizer.CLEAN);
    }
    if (handleChineseChars) {
      workspace.apply(CHINESE);
    }
    if (stripAccents) {
      workspace.apply(UnicodeForm.NFD);
      workspace.apply(FilterNormalizer.NONSPACING_MARKS);
    }
    if (lowercase) {
      workspace.apply(LOWERCASE);
    }
  }
}
