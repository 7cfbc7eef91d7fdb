package io.github.npu4j.tokenizer.normalize;

import io.github.npu4j.tokenizer.pipeline.Normalizer;
import io.github.npu4j.tokenizer.pipeline.TextBuffer;
import io.github.npu4j.tokenizer.pipeline.Workspace;
import io.github.npu4j.tokenizer.unicode.Graphemes;
import io.github.npu4j.tokenizer.unicode.Utf8Text;

/**
 * SentencePiece's compiled rules, as Hugging Face's library applies them: to clusters of characters
 * of up to five bytes by the shortest rule that the cluster begins with, which may lose the rest of
 * it, and else character by character.
 */
public final class PrecompiledNormalizer implements Normalizer {

  private static final int LONGEST_CLUSTER = 5;

  private final Charsmap rules;

  public PrecompiledNormalizer(Charsmap rules) {
    this.rules = rules;
  }

  @Override
  public boolean normalize(TextBuffer text, TextBuffer result, Workspace workspace) {
    byte[] bytes = text.bytes();
    int length = text.length();
    boolean changed = false;
    int at = 0;
    while (at < length) {
      int end = Graphemes.end(bytes, at, length);
      if (end - at <= LONGEST_CLUSTER) {
        int rule = rules.shortest(bytes, at, end);
        if (rule != Charsmap.NONE) {
          replace(text, at, end, rule, result);
          changed = true;
          at = end;
          continue;
        }
      }
      while (at < end) {
        int size = Utf8Text.length(bytes[at]);
        int rule = rules.shortest(bytes, at, at + size);
        if (rule == Charsmap.NONE) {
          result.append(text, at, at + size);
        } else {
          replace(text, at, at + size, rule, result);
          changed = true;
        }
        at += size;
      }
    }
    return changed;
  }

  /** Writes a replacement; a character of it for each that is replaced, as far as there are. */
  private void replace(TextBuffer text, int start, int end, int rule, TextBuffer result) {
    byte[] all = rules.replacements();
    int stop = rule;
    while (all[stop] != 0) {
      stop++;
    }
    int old = Utf8Text.count(text.bytes(), start, end);
    int added = Utf8Text.count(all, rule, stop) - old;
    int at = start;
    int last = start - 1;
    int number = 0;
    int fresh = old + added;
    for (int i = rule; i < stop; i += Utf8Text.length(all[i])) {
      int codePoint = Utf8Text.codePoint(all, i);
      boolean additional = number >= fresh - Math.max(0, added);
      result.append(codePoint, text, additional ? last : at);
      if (!additional) {
        last = at + Utf8Text.length(text.bytes()[at]) - 1;
        at = last + 1;
      }
      number++;
    }
  }
}
