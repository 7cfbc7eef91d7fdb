package io.github.npu4j.tokenizer.trie;

import java.util.Arrays;

/**
 * The tokens of a vocabulary as a tree: a node is a sequence of bytes that tokens begin with.
 *
 * <p>The children of a node are a run of node numbers, ordered by their byte; node 0 is the root,
 * the empty sequence. Immutable.
 */
public final class TokenTrie {

  /** No node, or no token. */
  public static final int NONE = -1;

  private static final int LINEAR = 4;

  private final byte[] labels;
  private final int[] firstChild;
  private final int[] tokens;
  private final int[] sameBytes;

  private TokenTrie(byte[] labels, int[] firstChild, int[] tokens, int[] sameBytes) {
    this.labels = labels;
    this.firstChild = firstChild;
    this.tokens = tokens;
    this.sameBytes = sameBytes;
  }

  /**
   * Makes the tree.
   *
   * @param texts the bytes of each token by its id; empty if it has none
   */
  public static TokenTrie of(byte[][] texts) {
    return new Growth(texts).grow();
  }

  /** Returns the child of a node for a byte, or {@link #NONE}. */
  public int child(int node, byte label) {
    int low = firstChild[node];
    int high = firstChild[node + 1];
    while (high - low > LINEAR) {
      int middle = (low + high) >>> 1;
      if (Byte.toUnsignedInt(labels[middle]) <= Byte.toUnsignedInt(label)) {
        low = middle;
      } else {
        high = middle;
      }
    }
    for (int child = low; child < high; child++) {
      if (labels[child] == label) {
        return child;
      }
    }
    return NONE;
  }

  /** Returns the first child of a node; its others follow, up to {@link #endOfChildren}. */
  public int firstChild(int node) {
    return firstChild[node];
  }

  /** Returns the number behind the last child of a node. */
  public int endOfChildren(int node) {
    return firstChild[node + 1];
  }

  /** Returns the last byte of a node. */
  public byte label(int node) {
    return labels[node];
  }

  /** Returns a token that is exactly a node's bytes, or {@link #NONE}. */
  public int token(int node) {
    return tokens[node];
  }

  /** Returns another token of the same bytes, or {@link #NONE}; a walk over all of them ends. */
  public int next(int token) {
    return sameBytes[token];
  }

  /**
   * A tree in the making: nodes are numbered level by level, so that siblings are neighbours. A
   * node's tokens are a run of {@link #ids}, which is put in order by one byte more at each level.
   */
  private static final class Growth {

    /** Runs that are shorter are ordered by insertion, for counting has a price of its own. */
    private static final int SHORT = 24;

    private static final int BYTES = 256;

    private final byte[][] keys;
    private final int[] ids;
    private final int[] spare;
    private final int[] counts = new int[BYTES + 1];
    private final int[] sameBytes;
    private byte[] labels;
    private int[] low;
    private int[] high;
    private int[] firstChild;
    private int[] tokens;
    private int size = 1;

    Growth(byte[][] texts) {
      keys = texts;
      sameBytes = new int[texts.length];
      Arrays.fill(sameBytes, NONE);
      int[] found = new int[texts.length];
      int count = 0;
      for (int id = 0; id < texts.length; id++) {
        if (texts[id].length > 0) {
          found[count++] = id;
        }
      }
      ids = Arrays.copyOf(found, count);
      spare = new int[count];
      int room = 2 * count + 2;
      labels = new byte[room];
      low = new int[room];
      high = new int[room];
      firstChild = new int[room];
      tokens = new int[room];
    }

    TokenTrie grow() {
      high[0] = ids.length;
      int depth = 0;
      int endOfLevel = 1;
      for (int node = 0; node < size; node++) {
        if (node == endOfLevel) {
          depth++;
          endOfLevel = size;
        }
        firstChild[node] = size;
        int from = takeTokens(node, depth);
        order(from, high[node], depth);
        addChildren(from, high[node], depth);
      }
      int[] ends = Arrays.copyOf(firstChild, size + 1);
      ends[size] = size;
      return new TokenTrie(
          Arrays.copyOf(labels, size), ends, Arrays.copyOf(tokens, size), sameBytes);
    }

    /** Takes the tokens that end at a node, and returns where those that go on begin. */
    private int takeTokens(int node, int depth) {
      int from = low[node];
      tokens[node] = NONE;
      for (int i = from; i < high[node]; i++) {
        int id = ids[i];
        if (keys[id].length == depth) {
          sameBytes[id] = tokens[node];
          tokens[node] = id;
          ids[i] = ids[from];
          from++;
        }
      }
      return from;
    }

    private int label(int place, int depth) {
      return Byte.toUnsignedInt(keys[ids[place]][depth]);
    }

    private void order(int from, int to, int depth) {
      if (to - from < SHORT) {
        for (int i = from + 1; i < to; i++) {
          int id = ids[i];
          int label = label(i, depth);
          int at = i;
          while (at > from && label(at - 1, depth) > label) {
            ids[at] = ids[at - 1];
            at--;
          }
          ids[at] = id;
        }
        return;
      }
      Arrays.fill(counts, 0);
      for (int i = from; i < to; i++) {
        counts[label(i, depth) + 1]++;
      }
      for (int label = 0; label < BYTES; label++) {
        counts[label + 1] += counts[label];
      }
      for (int i = from; i < to; i++) {
        spare[counts[label(i, depth)]++] = ids[i];
      }
      System.arraycopy(spare, 0, ids, from, to - from);
    }

    private void addChildren(int from, int to, int depth) {
      int at = from;
      while (at < to) {
        int label = label(at, depth);
        int end = at + 1;
        while (end < to && label(end, depth) == label) {
          end++;
        }
        add((byte) label, at, end);
        at = end;
      }
    }

    private void add(byte label, int from, int to) {
      if (size == labels.length) {
        int room = size + (size >> 1) + 1;
        labels = Arrays.copyOf(labels, room);
        low = Arrays.copyOf(low, room);
        high = Arrays.copyOf(high, room);
        firstChild = Arrays.copyOf(firstChild, room);
        tokens = Arrays.copyOf(tokens, room);
      }
      labels[size] = label;
      low[size] = from;
      high[size] = to;
      size++;
    }
  }
}
