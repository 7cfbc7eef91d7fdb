package io.github.npu4j.tokenizer.pattern;

import java.util.List;

/**
 * A pattern as instructions, which are numbered and followed one after the other.
 *
 * @param kinds what each instruction does
 * @param first its first operand: an instruction or a set
 * @param second its second operand
 * @param sets the sets of characters that are tested, by number
 * @param needsBefore whether some instruction asks for the character before a place
 * @param simple whether no instruction looks further than the characters around a place
 */
record Program(
    byte[] kinds,
    int[] first,
    int[] second,
    List<CodeSet> sets,
    boolean needsBefore,
    boolean simple) {

  /** Takes a character of the set {@code first}. */
  static final byte TAKE = 0;

  /** Goes on at {@code first}, and where that fails at {@code second}. */
  static final byte SPLIT = 1;

  /** Goes on at {@code first}. */
  static final byte JUMP = 2;

  /** Goes on if the next character is one of set {@code first}. */
  static final byte NEXT_IN = 3;

  /** Goes on if the next character is none of set {@code first}, or there is none. */
  static final byte NEXT_NOT_IN = 4;

  /** Goes on if the character before is one of set {@code first}. */
  static final byte BEFORE_IN = 5;

  /** Goes on if the character before is none of set {@code first}, or there is none. */
  static final byte BEFORE_NOT_IN = 6;

  /** Goes on at the start of the text, or behind a line feed, which is set {@code first}. */
  static final byte LINE_START = 7;

  /** Goes on at the end of the text, or before a line feed, which is set {@code first}. */
  static final byte LINE_END = 8;

  /** Goes on at the start of the text. */
  static final byte TEXT_START = 9;

  /** Goes on at the end of the text. */
  static final byte TEXT_END = 10;

  /** Goes on at the end of the text, or before a line feed that ends it. */
  static final byte LAST_LINE_END = 11;

  /** Goes on if one of the characters around is of set {@code first} and the other is not. */
  static final byte BOUNDARY = 12;

  /** Goes on where {@link #BOUNDARY} does not. */
  static final byte NO_BOUNDARY = 13;

  /** Goes on behind {@code first} if what follows here, up to {@link #DONE}, is found ahead. */
  static final byte AHEAD = 14;

  /** Goes on where {@link #AHEAD} does not. */
  static final byte NOT_AHEAD = 15;

  /** The same for {@code second} characters before this place. */
  static final byte BEHIND = 16;

  /** Goes on where {@link #BEHIND} does not. */
  static final byte NOT_BEHIND = 17;

  /** Goes on behind {@code first}, at the place where what follows here is first found to end. */
  static final byte ATOMIC = 18;

  /** The pattern, or what an instruction looks for, is found. */
  static final byte DONE = 19;

  /** Returns how many instructions there are. */
  int size() {
    return kinds.length;
  }
}
