package io.github.npu4j.tokenizer.pipeline;

import java.util.Arrays;

/** The tokens of a text, in order, and where each comes from, if that is tracked. */
public final class Tokens {

  private static final int KEPT = 1 << 18;
  private static final int SMALLEST = 128;
  private static final int[] UNTRACKED = {};

  /** Marks a token that stands in the text itself. */
  static final int ADDED = 1;

  private int[] ids = new int[SMALLEST];
  private int[] from = UNTRACKED;
  private int[] to = UNTRACKED;
  private int[] marks = UNTRACKED;
  private int count;
  private boolean tracked;
  private TextBuffer text = new TextBuffer();
  private int pieceStart;

  void reset(boolean track) {
    count = 0;
    tracked = track;
    if (track && from.length < ids.length) {
      from = new int[ids.length];
      to = new int[ids.length];
      marks = new int[ids.length];
    }
  }

  public int count() {
    return count;
  }

  public int id(int token) {
    return ids[token];
  }

  /** Returns the first byte of the original text that a token comes from. */
  public int from(int token) {
    return from[token];
  }

  /** Returns the end of the bytes that it comes from. */
  public int to(int token) {
    return to[token];
  }

  /** Returns whether a token was found in the original text as it is. */
  public boolean isAdded(int token) {
    return marks[token] == ADDED;
  }

  /** Says which text the next tokens are of. */
  void inText(TextBuffer next, int start) {
    text = next;
    pieceStart = start;
  }

  private void reserve() {
    if (count == ids.length) {
      int size = 2 * count;
      ids = Arrays.copyOf(ids, size);
      if (tracked) {
        from = Arrays.copyOf(from, size);
        to = Arrays.copyOf(to, size);
        marks = Arrays.copyOf(marks, size);
      }
    }
  }

  /**
   * Adds a token.
   *
   * @param start where it begins in the text
   * @param end where it ends
   */
  public void add(int id, int start, int end) {
    reserve();
    ids[count] = id;
    if (tracked) {
      int last = Math.min(end, text.length()) - 1;
      boolean empty = start > last;
      from[count] = empty ? text.from(Math.min(pieceStart, text.length() - 1)) : text.from(start);
      to[count] = empty ? from[count] : text.to(last);
      marks[count] = 0;
    }
    count++;
  }

  /** Takes back all but the first tokens. */
  public void cut(int kept) {
    count = kept;
  }

  /** Adds a token that stands in the original text. */
  void addAdded(int id, int originalFrom, int originalTo) {
    reserve();
    ids[count] = id;
    if (tracked) {
      from[count] = originalFrom;
      to[count] = originalTo;
      marks[count] = ADDED;
    }
    count++;
  }

  void trim() {
    if (ids.length > KEPT) {
      ids = new int[SMALLEST];
      from = UNTRACKED;
      to = UNTRACKED;
      marks = UNTRACKED;
    }
  }
}
