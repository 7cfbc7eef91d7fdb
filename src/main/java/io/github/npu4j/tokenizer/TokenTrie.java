package io.github.npu4j.tokenizer;

import java.util.Arrays;
import java.util.Comparator;

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
  static TokenTrie of(byte[][] texts) {
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

  /** A tree in the making: nodes are numbered level by level, so that siblings are neighbours. */
  private static final class Growth {

    private final byte[][] keys;
    private final int[] ids;
    private final int[] sameBytes;
    private byte[] labels;
    private int[] low;
    private int[] high;
    private int[] firstChild;
    private int[] tokens;
    private int size = 1;

    Growth(byte[][] texts) {
      sameBytes = new int[texts.length];
      Arrays.fill(sameBytes, NONE);
      keys = new byte[texts.length][];
      Integer[] order = new Integer[texts.length];
      int count = 0;
      for (int id = 0; id < texts.length; id++) {
        keys[id] = texts[id];
        if (keys[id].length > 0) {
          order[count++] = id;
        }
      }
      Arrays.sort(order, 0, count, Comparator.comparing(id -> keys[id], Arrays::compareUnsigned));
      ids = new int[count];
      for (int i = 0; i < count; i++) {
        ids[i] = order[i];
      }
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
        addChildren(takeTokens(node, depth), high[node], depth);
      }
      int[] ends = Arrays.copyOf(firstChild, size + 1);
      ends[size] = size;
      return new TokenTrie(
          Arrays.copyOf(labels, size), ends, Arrays.copyOf(tokens, size), sameBytes);
    }

    /** Takes the tokens that end at a node, and returns where those that go on begin. */
    private int takeTokens(int node, int depth) {
      int at = low[node];
      tokens[node] = NONE;
      while (at < high[node] && keys[ids[at]].length == depth) {
        sameBytes[ids[at]] = tokens[node];
        tokens[node] = ids[at];
        at++;
      }
      return at;
    }

    private void addChildren(int from, int to, int depth) {
      int at = from;
      while (at < to) {
        byte label = keys[ids[at]][depth];
        int end = at + 1;
        while (end < to && keys[ids[end]][depth] == label) {
          end++;
        }
        add(label, at, end);
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
