package io.github.npu4j.tokenizer.normalize;

import io.github.npu4j.tokenizer.pipeline.Normalizer;
import io.github.npu4j.tokenizer.pipeline.TextBuffer;
import io.github.npu4j.tokenizer.pipeline.Workspace;
import io.github.npu4j.tokenizer.unicode.CharacterTraits;
import io.github.npu4j.tokenizer.unicode.Utf8Text;

/** Leaves characters out, or puts a space in their place, each by itself. */
public enum FilterNormalizer implements Normalizer {

  /** Leaves out marks of all kinds. */
  STRIP_ACCENTS {
    @Override
    int mapped(int codePoint) {
      return CharacterTraits.has(codePoint, CharacterTraits.MARK) ? GONE : codePoint;
    }
  },

  /** Leaves out nonspacing marks; a part of BERT's normalizer. */
  NONSPACING_MARKS {
    @Override
    int mapped(int codePoint) {
      return CharacterTraits.has(codePoint, CharacterTraits.NONSPACING) ? GONE : codePoint;
    }
  },

  /** Leaves out controls and makes all whitespace spaces; a part of BERT's normalizer. */
  CLEAN {
    @Override
    int mapped(int codePoint) {
      int traits = CharacterTraits.of(codePoint);
      return (traits & CharacterTraits.DROPPED) != 0
          ? GONE
          : (traits & CharacterTraits.SPACE) != 0 ? ' ' : codePoint;
    }
  },

  /** SentencePiece's rules for machine translation. */
  NMT {
    @Override
    int mapped(int c) {
      boolean gone =
          c >= 1 && c <= 8
              || c == 0xb
              || c >= 0xe && c <= 0x1f
              || c == 0x7f
              || c == 0x8f
              || c == 0x9f;
      boolean space =
          c == 9
              || c == 0xa
              || c == 0xc
              || c == 0xd
              || c == 0x1680
              || c >= 0x200b && c <= 0x200f
              || c == 0x2028
              || c == 0x2029
              || c == 0x2581
              || c == 0xfeff
              || c == 0xfffd;
      return gone ? GONE : space ? ' ' : c;
    }
  };

  static final int GONE = -1;

  /** Returns what comes in place of a character, or {@link #GONE}. */
  abstract int mapped(int codePoint);

  @Override
  public boolean normalize(TextBuffer text, TextBuffer result, Workspace workspace) {
    byte[] bytes = text.bytes();
    int length = text.length();
    boolean changed = false;
    int at = 0;
    int copied = 0;
    while (at < length) {
      int size = Utf8Text.length(bytes[at]);
      int codePoint = Utf8Text.codePoint(bytes, at);
      int mapped = mapped(codePoint);
      if (mapped != codePoint) {
        result.append(text, copied, at);
        if (mapped != GONE) {
          result.append(mapped, text, at);
        }
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
