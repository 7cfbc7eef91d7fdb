package io.github.npu4j.tokenizer;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.tokenizer.codec.PairCut;

/** Which of two texts is cut when both together are too long; it is cut at its end. */
public enum Truncation {
  /** The longer one, token by token, until both fit. */
  LONGEST_FIRST,
  /** The first one. */
  ONLY_FIRST,
  /** The second one: the passage behind a question, say. */
  ONLY_SECOND;

  /** Decides as {@link PairCut#kept} says. */
  long kept(int first, int second, int room) {
    int over = first + second - room;
    return switch (this) {
      case ONLY_FIRST -> PairCut.pack(rest(first, over), second);
      case ONLY_SECOND -> PairCut.pack(first, rest(second, over));
      case LONGEST_FIRST -> {
        int shorter = Math.min(first, second);
        int longer = shorter > room ? shorter : Math.max(shorter, room - shorter);
        if (shorter + longer > room) {
          shorter = room / 2;
          longer = shorter + room % 2;
        }
        yield first > second ? PairCut.pack(longer, shorter) : PairCut.pack(shorter, longer);
      }
    };
  }

  private int rest(int length, int over) {
    if (length <= over) {
      throw new BadInputException(
          "can't cut two texts by " + over + " tokens",
          "the one that may be cut has " + length,
          "Allow more tokens, or let both be cut.");
    }
    return length - over;
  }
}
