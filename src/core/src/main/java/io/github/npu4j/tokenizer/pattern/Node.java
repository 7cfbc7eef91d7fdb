package io.github.npu4j.tokenizer.pattern;

import java.util.List;

/** A part of a pattern. */
sealed interface Node {

  /** Nothing, which is found everywhere. */
  record Empty() implements Node {}

  /** One character of a set. */
  record Chars(CodeSet set) implements Node {}

  /** Parts that follow each other. */
  record Concat(List<Node> parts) implements Node {}

  /** The first part that is found. */
  record Choice(List<Node> parts) implements Node {}

  /**
   * A part several times.
   *
   * @param maximum {@link #UNBOUNDED} if there is none
   */
  record Repeat(Node part, int minimum, int maximum, Mode mode) implements Node {
    static final int UNBOUNDED = -1;
  }

  /** A part that must or must not stand before or behind a place. */
  record Look(Node part, boolean ahead, boolean negative) implements Node {}

  /** A part whose first way to be found is its only one. */
  record Atomic(Node part) implements Node {}

  /** A place between characters. */
  record Anchor(Place place) implements Node {}

  /** How a repetition chooses between more and fewer. */
  enum Mode {
    GREEDY,
    LAZY,
    POSSESSIVE
  }

  /** Kinds of places. */
  enum Place {
    LINE_START,
    LINE_END,
    TEXT_START,
    TEXT_END,
    /** The end, or the line break at the end. */
    LAST_LINE_END,
    WORD_BOUNDARY,
    NO_WORD_BOUNDARY
  }
}
