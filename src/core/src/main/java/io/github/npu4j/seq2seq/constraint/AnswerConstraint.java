package io.github.npu4j.seq2seq.constraint;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.tokenizer.Encoding;
import io.github.npu4j.tokenizer.Tokenizer;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Holds an answer to a list: a path through the tree of the answers' tokens. */
final class AnswerConstraint implements Constraint {

  private static final int NO_LIMIT = Integer.MAX_VALUE;

  private final Node node;
  private final int endToken;
  private final int left;

  private AnswerConstraint(Node node, int endToken, int left) {
    this.node = node;
    this.endToken = endToken;
    this.left = left;
  }

  /** The beginning that several answers share. */
  private static final class Node {
    private final SortedMap<Integer, Node> children = new TreeMap<>();
    private boolean mayEnd;

    /** How many tokens an answer needs from here, the end token included. */
    private int shortest = NO_LIMIT;

    /** Adds an answer from one of its tokens on. */
    void add(long[] ids, int from, int end) {
      shortest = Math.min(shortest, end - from + 1);
      if (from == end) {
        mayEnd = true;
      } else {
        children
            .computeIfAbsent(Math.toIntExact(ids[from]), token -> new Node())
            .add(ids, from + 1, end);
      }
    }
  }

  /**
   * Makes one for the beginning of an answer.
   *
   * @throws BadInputException if there are no answers, or one does not come back from its tokens
   */
  static Constraint of(Tokenizer tokenizer, List<String> answers) {
    if (answers.isEmpty()) {
      throw refused("there is none to choose from", "Name at least one.");
    }
    long[] nothing = tokenizer.encode("").ids();
    if (nothing.length != 1 || tokenizer.specialTokens() != 1) {
      throw refused(
          "the tokenizer does not end a text with one token", "Use a tokenizer like T5's.");
    }
    Node root = new Node();
    for (String answer : answers) {
      Encoding encoding = tokenizer.encode(answer);
      String back = tokenizer.decode(encoding.ids());
      if (!back.equals(answer)) {
        throw refused(
            "\"" + answer + "\" comes back from its tokens as \"" + back + "\"",
            "Write it as the tokenizer does.");
      }
      root.add(encoding.ids(), 0, encoding.length() - 1);
    }
    return new AnswerConstraint(root, (int) nothing[0], NO_LIMIT);
  }

  private static BadInputException refused(String why, String advice) {
    return new BadInputException("can't hold answers to this list", why, advice);
  }

  @Override
  public void allowed(long[] words) {
    if (node.mayEnd) {
      words[endToken >> 6] |= 1L << endToken;
    }
    boolean tight = node.shortest <= left && left != NO_LIMIT;
    for (var child : node.children.entrySet()) {
      if (!tight || child.getValue().shortest < left) {
        int token = child.getKey();
        words[token >> 6] |= 1L << token;
      }
    }
  }

  @Override
  public Constraint after(int token) {
    @Nullable Node child = node.children.get(token);
    if (child == null) {
      throw new IllegalArgumentException("token " + token + " is not allowed here");
    }
    return new AnswerConstraint(child, endToken, left == NO_LIMIT ? left : left - 1);
  }

  @Override
  public Constraint within(int tokens) {
    return new AnswerConstraint(node, endToken, tokens);
  }
}
