package io.github.npu4j.tokenizer.pipeline;

import io.github.npu4j.tokenizer.pattern.MatchScratch;
import java.util.Arrays;

/** All that encoding one text needs; for one thread at a time. */
public final class Workspace {

  private static final int KEPT = 1 << 16;

  final TextBuffer original = new TextBuffer();
  private TextBuffer current = new TextBuffer();
  private TextBuffer spare = new TextBuffer();
  final Pieces pieces = new Pieces(this);
  final AddedTokens.Spans spans = new AddedTokens.Spans();
  final AddedTokens.Spans normalizedSpans = new AddedTokens.Spans();
  private final Tokens first = new Tokens();
  private final Tokens second = new Tokens();
  final Model.Scratch modelScratch;
  private final MatchScratch matchScratch = new MatchScratch();
  private int[] codePoints = new int[64];
  private int[] changes = new int[64];
  private boolean track;

  /** Makes one for a model. */
  public Workspace(Model model) {
    this.modelScratch = model.newScratch();
  }

  /** Returns the text that was tokenized last, as it is. */
  public TextBuffer original() {
    return original;
  }

  /** Returns room for the tokens of a text. */
  public Tokens first() {
    return first;
  }

  /** Returns room for the tokens of another text. */
  public Tokens second() {
    return second;
  }

  /** Returns what patterns need. */
  public MatchScratch matchScratch() {
    return matchScratch;
  }

  /** Returns room for characters; valid until the next call. */
  public int[] codePoints(int size) {
    if (codePoints.length < size) {
      codePoints = Arrays.copyOf(codePoints, Math.max(size, 2 * codePoints.length));
    }
    return codePoints;
  }

  /** Returns room for a number for each character. */
  public int[] changes(int size) {
    if (changes.length < size) {
      changes = Arrays.copyOf(changes, Math.max(size, 2 * changes.length));
    }
    return changes;
  }

  /** Returns what a normalizer makes of a text. */
  public byte[] normalized(String text, Normalizer normalizer) {
    original.reset(false);
    original.appendOriginal(text);
    section(0, original.length(), false);
    normalizer.applyTo(this);
    return Arrays.copyOf(current.bytes(), current.length());
  }

  /** Returns the text that is being normalized. */
  TextBuffer current() {
    return current;
  }

  /** Returns whether the text that is being normalized is plain ASCII. */
  public boolean isAscii() {
    byte[] bytes = current.bytes();
    for (int at = 0; at < current.length(); at++) {
      if (bytes[at] < 0) {
        return false;
      }
    }
    return true;
  }

  /** Begins with a part of the original text. */
  void section(int start, int end, boolean tracked) {
    track = tracked;
    current.reset(tracked);
    current.appendOriginal(original, start, end);
  }

  /** Lets a normalizer do its work on the current text. */
  public void apply(Normalizer normalizer) {
    if (current.length() == 0) {
      return;
    }
    spare.reset(track);
    if (normalizer.normalize(current, spare, this)) {
      TextBuffer old = current;
      current = spare;
      spare = old;
    }
  }

  /** Gives back what a long text needed. */
  void trim() {
    original.trim();
    current.trim();
    spare.trim();
    pieces.trim();
    spans.trim();
    normalizedSpans.trim();
    first.trim();
    second.trim();
    modelScratch.trim();
    matchScratch.trim();
    if (codePoints.length > KEPT) {
      codePoints = new int[64];
    }
    if (changes.length > KEPT) {
      changes = new int[64];
    }
  }
}
