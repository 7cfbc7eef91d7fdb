package io.github.npu4j.tokenizer.sentencepiece;

import io.github.npu4j.tokenizer.trie.TokenTrie;
import io.github.npu4j.tokenizer.unicode.Utf8Text;
import java.util.PriorityQueue;

/**
 * SentencePiece's byte-pair encoding of one text: of all neighbours that make a piece together,
 * those of the highest score become that piece, and of several the first. User-defined pieces stay
 * as they are.
 */
final class PairMerger {

  private static final int NONE = TokenTrie.NONE;

  private final TokenTrie pieces;
  private final TokenTrie userDefined;
  private final float[] scores;
  private final byte[] text;
  private final int[] ends;
  private final int[] nodes;
  private final int[] before;
  private final boolean[] frozen;
  private final PriorityQueue<Pair> agenda =
      new PriorityQueue<>((one, other) ->
          one.score != other.score
              ? Float.compare(other.score, one.score)
              : Integer.compare(one.left, other.left));

  /** Two neighbours: where they begin, where the second one does, and where it ends. */
  private record Pair(int left, int right, int end, int node, float score) {}

  /**
   * Prepares for a text.
   *
   * @param scores the score of each piece
   * @param userDefined the pieces that are not cut
   */
  PairMerger(TokenTrie pieces, TokenTrie userDefined, float[] scores, byte[] text) {
    this.pieces = pieces;
    this.userDefined = userDefined;
    this.scores = scores;
    this.text = text;
    this.ends = new int[text.length + 1];
    this.nodes = new int[text.length + 1];
    this.before = new int[text.length + 1];
    this.frozen = new boolean[text.length + 1];
  }

  /** Takes what the text consists of in the end. */
  interface Target {
    /** Takes the next part; its piece, or -1 if it is none. */
    void take(int start, int end, int piece);
  }

  void run(Target target) {
    int last = NONE;
    for (int at = 0; at < text.length; at = ends[at]) {
      int whole = longestUserDefined(at);
      frozen[at] = whole > at;
      ends[at] = whole > at ? whole : Math.min(text.length, at + Utf8Text.length(text[at]));
      nodes[at] = walk(0, at, ends[at]);
      before[at] = last;
      last = at;
    }
    for (int at = 0; at < text.length; at = ends[at]) {
      offer(at);
    }
    for (Pair next = agenda.poll(); next != null; next = agenda.poll()) {
      if (ends[next.left] == next.right && ends[next.right] == next.end) {
        merge(next);
      }
    }
    for (int at = 0; at < text.length; at = ends[at]) {
      target.take(at, ends[at], nodes[at] == NONE ? NONE : pieces.token(nodes[at]));
    }
  }

  private void merge(Pair pair) {
    ends[pair.right] = 0; // no part begins here any more
    ends[pair.left] = pair.end;
    nodes[pair.left] = pair.node;
    if (pair.end < text.length) {
      before[pair.end] = pair.left;
      offer(pair.left);
    }
    if (before[pair.left] != NONE) {
      offer(before[pair.left]);
    }
  }

  /** Looks whether a part makes a piece with the next one. */
  private void offer(int left) {
    int right = ends[left];
    if (right >= text.length || frozen[left] || frozen[right] || nodes[left] == NONE) {
      return;
    }
    int node = walk(nodes[left], right, ends[right]);
    int piece = node == NONE ? NONE : pieces.token(node);
    if (piece != NONE) {
      agenda.add(new Pair(left, right, ends[right], node, scores[piece]));
    }
  }

  private int walk(int from, int start, int end) {
    int node = from;
    for (int i = start; i < end && node != NONE; i++) {
      node = pieces.child(node, text[i]);
    }
    return node;
  }

  private int longestUserDefined(int start) {
    int found = start;
    int node = 0;
    for (int at = start; at < text.length; at++) {
      node = userDefined.child(node, text[at]);
      if (node == NONE) {
        break;
      }
      if (userDefined.token(node) != NONE) {
        found = at + 1;
      }
    }
    return found;
  }
}
