package io.github.npu4j.tokenizer.pipeline;

import java.util.Arrays;

/**
 * A text that is cut into pieces, each of which becomes tokens by itself. A step goes over the
 * pieces in order, says by {@link #add} which there are instead, and then {@link #commit}s; a step
 * that also rewrites the text does so into {@link #rewritten}.
 */
public final class Pieces {

  private static final int KEPT = 1 << 16;

  private final TextBuffer one = new TextBuffer();
  private final TextBuffer other = new TextBuffer();
  private final Workspace workspace;
  private TextBuffer text = one;
  private int[] starts = new int[64];
  private int[] ends = new int[64];
  private int count;
  private int[] nextStarts = new int[64];
  private int[] nextEnds = new int[64];
  private int nextCount;
  private boolean beginsAtOrigin;
  private int partsFrom;
  private boolean lastMatched;
  private boolean lastDropped;

  Pieces(Workspace workspace) {
    this.workspace = workspace;
  }

  /**
   * Begins with one piece of a text.
   *
   * @param atOrigin whether the text, if it is not tracked, begins where the original does
   */
  void reset(TextBuffer whole, int start, int end, boolean atOrigin) {
    text = whole;
    beginsAtOrigin = atOrigin;
    nextCount = 0;
    add(start, end);
    commit();
  }

  /** Returns what else a step may need. */
  public Workspace workspace() {
    return workspace;
  }

  /** Returns the text that the pieces are in. */
  public TextBuffer text() {
    return text;
  }

  public int count() {
    return count;
  }

  public int start(int piece) {
    return starts[piece];
  }

  public int end(int piece) {
    return ends[piece];
  }

  /** Adds a piece to the new ones; one of no length is left out. */
  public void add(int start, int end) {
    if (start >= end) {
      return;
    }
    if (nextCount == nextStarts.length) {
      nextStarts = Arrays.copyOf(nextStarts, 2 * nextCount);
      nextEnds = Arrays.copyOf(nextEnds, 2 * nextCount);
    }
    nextStarts[nextCount] = start;
    nextEnds[nextCount++] = end;
  }

  /** Returns whether a piece begins where the original text does. */
  public boolean isAtOrigin(int piece) {
    return text.isTracked() ? text.from(starts[piece]) == 0 : beginsAtOrigin && starts[piece] == 0;
  }

  /** Begins a piece that is told by its {@link #part parts}. */
  public void begin() {
    partsFrom = nextCount;
    lastMatched = false;
    lastDropped = false;
  }

  /**
   * Adds the next part of a piece to the new pieces. The parts follow each other without a gap.
   *
   * @param match whether it is what the piece is cut at
   */
  public void part(Behavior behavior, int start, int end, boolean match) {
    boolean joins =
        nextCount > partsFrom
            && switch (behavior) {
              case REMOVED, ISOLATED -> false;
              case CONTIGUOUS -> match == lastMatched;
              case MERGED_WITH_PREVIOUS -> match && !lastMatched;
              case MERGED_WITH_NEXT -> !match && lastMatched && !lastDropped;
            };
    if (joins) {
      nextEnds[nextCount - 1] = end;
    } else if (!match || behavior != Behavior.REMOVED) {
      add(start, end);
    }
    lastMatched = match;
    lastDropped = start == end;
  }

  /** Lets the new pieces take the place of the old ones. */
  public void commit() {
    int[] oldStarts = starts;
    int[] oldEnds = ends;
    starts = nextStarts;
    ends = nextEnds;
    count = nextCount;
    nextStarts = oldStarts;
    nextEnds = oldEnds;
    nextCount = 0;
  }

  /** Returns an empty buffer for a new form of the text. */
  public TextBuffer rewritten() {
    TextBuffer target = text == one ? other : one;
    target.reset(text.isTracked());
    return target;
  }

  /** Lets the new pieces, which are in a new form of the text, take the place of the old ones. */
  public void commit(TextBuffer rewritten) {
    text = rewritten;
    commit();
  }

  void trim() {
    one.trim();
    other.trim();
    if (starts.length > KEPT || nextStarts.length > KEPT) {
      starts = new int[64];
      ends = new int[64];
      nextStarts = new int[64];
      nextEnds = new int[64];
    }
  }
}
