package io.github.npu4j.tokenizer.pattern;

import java.util.Arrays;

/** What matching needs beside a pattern and a text; for one thread at a time. */
public final class MatchScratch {

  /** The most steps that a text may take, whatever its length. */
  private static final long STEPS = 48L << 20;

  /** The most steps for each byte of a text. */
  private static final long STEPS_PER_BYTE = 256;

  private static final int KEPT = 1 << 16;

  private long steps;
  private boolean remembering;

  /** What the backtracking matcher has still to try, and what it is just looking into. */
  int[] stack = new int[64];

  int[] trail = new int[64];
  long[] failed = new long[16];
  long[] found = new long[0];

  /** Begins a text: what is counted and remembered is forgotten. */
  void begin() {
    steps = 0;
    remembering = false;
  }

  /**
   * Counts steps.
   *
   * @throws PatternException if there are more than the length of the text accounts for
   */
  void count(long more, int length) {
    steps += more;
    if (steps > STEPS + STEPS_PER_BYTE * length) {
      throw new PatternException(
          "goes over a text of "
              + length
              + " bytes again and again, more than "
              + steps
              + " steps");
    }
  }

  /** Returns whether {@link #remember} was called for this text. */
  boolean isRemembering() {
    return remembering;
  }

  /**
   * Makes room for a bit a place and choice, all of them zero.
   *
   * @param success whether to remember also what has been found
   */
  void remember(long bits, boolean success) {
    remembering = true;
    int words = Math.toIntExact((bits >> 6) + 1);
    failed = cleared(failed, words);
    if (success) {
      found = cleared(found, words);
    }
  }

  private static long[] cleared(long[] bits, int words) {
    if (bits.length < words) {
      return new long[Math.max(words, Math.min(2 * bits.length, KEPT))];
    }
    Arrays.fill(bits, 0, words, 0);
    return bits;
  }

  /** Gives back what a long text needed. */
  public void trim() {
    if (failed.length > KEPT) {
      failed = new long[16];
    }
    if (found.length > KEPT) {
      found = new long[0];
    }
    if (stack.length > KEPT) {
      stack = new int[64];
    }
    if (trail.length > KEPT) {
      trail = new int[64];
    }
  }
}
