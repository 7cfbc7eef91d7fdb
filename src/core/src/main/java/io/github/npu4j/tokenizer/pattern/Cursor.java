package io.github.npu4j.tokenizer.pattern;

import io.github.npu4j.tokenizer.pattern.CodeSet.Not;
import io.github.npu4j.tokenizer.pattern.Node.Repeat;
import org.jspecify.annotations.Nullable;

/** A place in the text of a pattern, and what both of its readers read. */
final class Cursor {

  private static final int[] NO_COUNTS = {};
  private static final int MOST_DIGITS = 6;

  private final String pattern;
  private int at;

  Cursor(String pattern) {
    this.pattern = pattern;
  }

  boolean atEnd() {
    return at >= pattern.length();
  }

  int peek() {
    return pattern.codePointAt(at);
  }

  int take() {
    int character = pattern.codePointAt(at);
    at += Character.charCount(character);
    return character;
  }

  int takeOrEnd() {
    if (atEnd()) {
      throw new PatternException("ends inside of a group");
    }
    return take();
  }

  boolean take(char character) {
    if (atEnd() || pattern.charAt(at) != character) {
      return false;
    }
    at++;
    return true;
  }

  boolean looksAt(String text) {
    return pattern.startsWith(text, at);
  }

  boolean take(String text) {
    if (!looksAt(text)) {
      return false;
    }
    at += text.length();
    return true;
  }

  void skipPast(char character) {
    int found = pattern.indexOf(character, at);
    if (found < 0 && character != '\n') {
      throw new PatternException("has no " + character + " where one is due");
    }
    at = found < 0 ? pattern.length() : found + 1;
  }

  /** Reads what stands up to a text, and that text; empty if it does not come. */
  @Nullable String takeUntil(String end) {
    int found = pattern.indexOf(end, at);
    if (found < 0) {
      return null;
    }
    String between = pattern.substring(at, found);
    at = found + end.length();
    return between;
  }

  /**
   * Reads the letter behind a backslash if it stands for a set.
   *
   * @param word what a w stands for
   */
  @Nullable CodeSet namedSet(CodeSet word) {
    CodeSet set =
        switch (peek()) {
          case 'd', 'D' -> Properties.DIGIT;
          case 'w', 'W' -> word;
          case 's', 'S' -> Properties.SPACE;
          case 'h', 'H' -> Properties.HEX_DIGIT;
          default -> null;
        };
    if (set != null) {
      boolean negative = Character.isUpperCase(take());
      return negative ? new Not(set) : set;
    }
    if ((peek() == 'p' || peek() == 'P') && pattern.startsWith("{", at + 1)) {
      boolean negative = take() == 'P';
      at++;
      negative ^= take('^');
      String name = takeUntil("}");
      if (name == null) {
        throw new PatternException("does not end the name of a property");
      }
      CodeSet property = Properties.named(name);
      return negative ? new Not(property) : property;
    }
    return null;
  }

  /** Reads what stands for one character behind a backslash. */
  int escapedCharacter() {
    int letter = take();
    return switch (letter) {
      case 't' -> '\t';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 'f' -> '\f';
      case 'v' -> 0xb;
      case 'a' -> 7;
      case 'e' -> 0x1b;
      case '0' -> digits(8, 0, 2);
      case 'u' -> digits(16, 4, 4);
      case 'x' -> {
        if (take('{')) {
          int code = digits(16, 1, 8);
          if (!take('}') || !Character.isValidCodePoint(code)) {
            throw new PatternException("has no character behind \\x{");
          }
          yield code;
        }
        int code = digits(16, 0, 2);
        if (code >= 0x80) {
          throw new PatternException("has \\x" + Integer.toHexString(code) + ", a part of one");
        }
        yield code;
      }
      default -> letter;
    };
  }

  private int digits(int radix, int least, int most) {
    int value = 0;
    int count = 0;
    while (count < most && !atEnd() && Character.digit(pattern.charAt(at), radix) >= 0) {
      value = value * radix + Character.digit(pattern.charAt(at++), radix);
      count++;
    }
    if (count < least) {
      throw new PatternException("has too few digits behind a backslash");
    }
    return value;
  }

  /** Reads a number of repetitions in braces: the least and the most; nothing if it is none. */
  int[] counts() {
    int close = pattern.indexOf('}', at);
    if (close < 0) {
      return NO_COUNTS;
    }
    String inside = pattern.substring(at + 1, close);
    int comma = inside.indexOf(',');
    String low = comma < 0 ? inside : inside.substring(0, comma);
    String high = comma < 0 ? inside : inside.substring(comma + 1);
    if (!isNumber(low) || !isNumber(high) || low.isEmpty() && high.isEmpty()) {
      return NO_COUNTS;
    }
    at = close + 1;
    return new int[] {
      low.isEmpty() ? 0 : Integer.parseInt(low),
      high.isEmpty() ? Repeat.UNBOUNDED : Integer.parseInt(high)
    };
  }

  private static boolean isNumber(String text) {
    return text.length() <= MOST_DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
