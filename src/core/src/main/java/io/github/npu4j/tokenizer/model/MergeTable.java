package io.github.npu4j.tokenizer.model;

import java.util.Arrays;

/** Which pairs of tokens are merged, in which order, to what. Immutable. */
public final class MergeTable {

  /** The pair is not merged. */
  static final int NONE = Integer.MAX_VALUE;

  private static final int MOST_SLOTS = 1 << 26;

  private final long[] pairs;
  private final int[] ranks;
  private final int[] results;
  private final int shift;

  private MergeTable(long[] pairs, int[] ranks, int[] results, int shift) {
    this.pairs = pairs;
    this.ranks = ranks;
    this.results = results;
    this.shift = shift;
  }

  private static long key(int left, int right) {
    return ((long) left << 32 | right) + 1;
  }

  private static int slot(long key, int shift) {
    return (int) (key * 0x9e3779b97f4a7c15L >>> shift);
  }

  /** Returns when a pair is merged; the lower the earlier; {@link #NONE} for never. */
  int rank(int left, int right) {
    long key = key(left, right);
    for (int slot = slot(key, shift); ; slot = slot + 1 & pairs.length - 1) {
      if (pairs[slot] == key) {
        return ranks[slot];
      }
      if (pairs[slot] == 0) {
        return NONE;
      }
    }
  }

  /** Returns what the pair of a rank is merged to. */
  int result(int rank) {
    return results[rank];
  }

  /** A table in the making. */
  public static final class Builder {

    private long[] lefts = new long[1 << 12];
    private int[] results = new int[1 << 12];
    private int count;

    /** Adds the next pair; the later one of two counts. */
    public void add(int left, int right, int result) {
      if (count == results.length) {
        lefts = Arrays.copyOf(lefts, 2 * count);
        results = Arrays.copyOf(results, 2 * count);
      }
      lefts[count] = key(left, right);
      results[count++] = result;
    }

    public int size() {
      return count;
    }

    /** Returns the table. */
    public MergeTable build() {
      int bits = 4;
      while (1L << bits < 2L * count && 1 << bits < MOST_SLOTS) {
        bits++;
      }
      int shift = Long.SIZE - bits;
      long[] pairs = new long[1 << bits];
      int[] ranks = new int[1 << bits];
      for (int rank = 0; rank < count; rank++) {
        long key = lefts[rank];
        int slot = slot(key, shift);
        while (pairs[slot] != 0 && pairs[slot] != key) {
          slot = slot + 1 & pairs.length - 1;
        }
        pairs[slot] = key;
        ranks[slot] = rank;
      }
      return new MergeTable(pairs, ranks, Arrays.copyOf(results, count), shift);
    }
  }
}
