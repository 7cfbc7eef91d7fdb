package io.github.npu4j.tokenizer.pretokenize;

import io.github.npu4j.tokenizer.model.ByteAlphabet;
import io.github.npu4j.tokenizer.pattern.TextPattern;
import io.github.npu4j.tokenizer.pipeline.Behavior;
import io.github.npu4j.tokenizer.pipeline.Pieces;
import io.github.npu4j.tokenizer.pipeline.PreTokenizer;
import io.github.npu4j.tokenizer.pipeline.TextBuffer;

/** GPT-2's pre-tokenizer: cuts into words with the space before them, and writes them as bytes. */
public final class ByteLevelSplit implements PreTokenizer {

  private static final String GPT2 =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

  private static final byte[] SPACE = {' '};

  private final boolean addPrefixSpace;
  private final boolean spell;
  private final boolean split;

  /**
   * Makes one.
   *
   * @param addPrefixSpace whether a space is put in front of a piece that has none
   * @param split whether pieces are cut into words
   * @param spell whether bytes are written with the alphabet of bytes; not so if the model takes
   *     them as they are
   */
  public ByteLevelSplit(boolean addPrefixSpace, boolean split, boolean spell) {
    this.addPrefixSpace = addPrefixSpace;
    this.split = split;
    this.spell = spell;
  }

  /** The pattern and what it remembers, for all. */
  private static final class Words {
    static final PreTokenizer SPLIT =
        new PatternSplit(TextPattern.regex(GPT2), Behavior.ISOLATED, false);
  }

  @Override
  public void cut(Pieces pieces) {
    if (addPrefixSpace) {
      prepend(pieces);
    }
    if (split) {
      Words.SPLIT.cut(pieces);
    }
    if (spell) {
      spell(pieces);
    }
  }

  private static void prepend(Pieces pieces) {
    TextBuffer text = pieces.text();
    TextBuffer result = pieces.rewritten();
    for (int i = 0; i < pieces.count(); i++) {
      int start = result.length();
      if (text.bytes()[pieces.start(i)] != ' ') {
        result.append(SPACE, text, pieces.start(i));
      }
      result.append(text, pieces.start(i), pieces.end(i));
      pieces.add(start, result.length());
    }
    pieces.commit(result);
  }

  private static void spell(Pieces pieces) {
    TextBuffer text = pieces.text();
    byte[] bytes = text.bytes();
    TextBuffer result = pieces.rewritten();
    for (int i = 0; i < pieces.count(); i++) {
      int start = result.length();
      for (int at = pieces.start(i); at < pieces.end(i); at++) {
        result.append(ByteAlphabet.character(bytes[at]), text, at);
      }
      pieces.add(start, result.length());
    }
    pieces.commit(result);
  }
}
