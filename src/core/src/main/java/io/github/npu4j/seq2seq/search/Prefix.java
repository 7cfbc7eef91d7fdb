package io.github.npu4j.seq2seq.search;

import io.github.npu4j.seq2seq.constraint.Constraint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tokens of an unfinished answer, the decoder's start token before them, and what may come
 * next. Allocates nothing once it is as long as it gets, but what a constraint does.
 */
public final class Prefix {

  private int[] ids;
  private int length;
  private @Nullable Constraint constraint;

  /** The log-probability so far, in the sense of the search. */
  private double score;

  /**
   * Makes the prefix of no token but the start token.
   *
   * @param places how many tokens may follow
   */
  public Prefix(int start, int places, @Nullable Constraint constraint) {
    this.ids = new int[places + 1];
    this.ids[0] = start;
    this.length = 1;
    this.constraint = constraint;
  }

  /** Returns how many tokens there are, the start token not counted. */
  int tokens() {
    return length - 1;
  }

  /** Returns how many ids there are, the start token's counted. */
  int length() {
    return length;
  }

  /** Returns an id; place 0 is the start token's. */
  int id(int place) {
    return ids[place];
  }

  double score() {
    return score;
  }

  @Nullable Constraint constraint() {
    return constraint;
  }

  /**
   * Takes a token.
   *
   * @param added what it adds to the score
   * @param last whether the answer ends with it
   */
  void append(int token, double added, boolean last) {
    ids[length++] = token;
    score += added;
    if (constraint != null && !last) {
      constraint = constraint.after(token);
    }
  }

  /** Adds to the score what tokens that were taken before are found to add to it. */
  void addScore(double added) {
    score += added;
  }

  /** Becomes a copy of another prefix. */
  void become(Prefix other) {
    if (ids.length < other.length) {
      ids = new int[other.ids.length];
    }
    System.arraycopy(other.ids, 0, ids, 0, other.length);
    length = other.length;
    constraint = other.constraint;
    score = other.score;
  }

  /** Returns the tokens without the start token. */
  List<Integer> answer() {
    List<Integer> answer = new ArrayList<>(length - 1);
    for (int place = 1; place < length; place++) {
      answer.add(ids[place]);
    }
    return answer;
  }

  /** Returns the tokens without the start token. */
  long[] toArray() {
    return Arrays.stream(ids, 1, length).asLongStream().toArray();
  }
}
