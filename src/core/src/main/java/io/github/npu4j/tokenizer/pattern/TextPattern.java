package io.github.npu4j.tokenizer.pattern;

import io.github.npu4j.tokenizer.unicode.Utf8Text;

/**
 * What is looked for in a text. Immutable but for what it remembers; may be shared by threads.
 *
 * <p>The first of the alternatives that can be found at a place is the one that is, as in Oniguruma
 * and Perl, and not the longest.
 */
public sealed interface TextPattern {

  /** Nothing was found. */
  long NONE = -1;

  /** Prepares for a text; to be called before the first {@link #find} in it. */
  void begin(MatchScratch scratch);

  /**
   * Finds the first match that begins at or behind a place.
   *
   * @param text UTF-8
   * @param start where the text begins
   * @param end where it ends
   * @param from where to begin to look
   * @return where it begins in the upper half and where it ends in the lower, or {@link #NONE}
   * @throws PatternException if that takes more steps than the length of the text accounts for
   */
  long find(byte[] text, int start, int end, int from, MatchScratch scratch);

  /**
   * Reads a regular expression in Oniguruma's syntax.
   *
   * @throws PatternException if it is none, or has what is not supported
   */
  static TextPattern regex(String pattern) {
    return new Regex(Compiler.compile(PatternParser.parse(pattern)));
  }

  /** Returns a pattern that stands for its own bytes. */
  static TextPattern literal(byte[] bytes) {
    return new Literal(bytes.clone());
  }

  /** Packs the bounds of a match. */
  static long match(int start, int end) {
    return (long) start << 32 | end;
  }

  /** Returns where a match begins. */
  static int start(long match) {
    return (int) (match >>> 32);
  }

  /** Returns where a match ends. */
  static int end(long match) {
    return (int) match;
  }

  /** The bytes themselves; nothing is found everywhere. */
  final class Literal implements TextPattern {

    private final byte[] bytes;

    private Literal(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public void begin(MatchScratch scratch) {
      scratch.begin();
    }

    @Override
    public long find(byte[] text, int start, int end, int from, MatchScratch scratch) {
      int length = bytes.length;
      if (length == 0) {
        return from <= end ? match(from, from) : NONE;
      }
      byte first = bytes[0];
      long steps = 0;
      for (int at = from; at + length <= end; at++) {
        if (text[at] == first) {
          int same = 1;
          while (same < length && text[at + same] == bytes[same]) {
            same++;
          }
          steps += same;
          if (same == length) {
            return match(at, at + length);
          }
        }
      }
      scratch.count(steps, end - start);
      return NONE;
    }
  }

  /** A regular expression. */
  final class Regex implements TextPattern {

    private final Program program;
    private final LazyAutomaton automaton;
    private final Backtracker backtracker;

    private Regex(Program program) {
      this.program = program;
      this.automaton = new LazyAutomaton(program, new CharacterClasses(program.sets()));
      this.backtracker = new Backtracker(program);
    }

    @Override
    public void begin(MatchScratch scratch) {
      scratch.begin();
    }

    @Override
    public long find(byte[] text, int start, int end, int from, MatchScratch scratch) {
      int at = from;
      boolean simple = program.simple();
      while (true) {
        int found =
            simple ? automaton.match(text, start, end, at, scratch) : LazyAutomaton.TOO_LARGE;
        if (found == LazyAutomaton.TOO_LARGE) {
          if (!scratch.isRemembering()) {
            backtracker.begin(end - start, scratch);
          }
          found = backtracker.match(text, start, end, at, scratch);
        }
        if (found >= 0) {
          return match(at, found);
        }
        if (at >= end) {
          return NONE;
        }
        at += Utf8Text.length(text[at]);
      }
    }
  }
}
