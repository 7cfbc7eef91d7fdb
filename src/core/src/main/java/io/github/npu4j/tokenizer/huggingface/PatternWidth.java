package io.github.npu4j.tokenizer.huggingface;

import java.util.regex.Pattern;

/**
 * Tells whether a regular expression can match nothing at all, between two characters. What it does
 * not know of Oniguruma's syntax counts as nothing.
 */
final class PatternWidth {

  private static final String EMPTY_ESCAPES = "bBAzZGKQEkg123456789";
  private static final String ESCAPES_WITH_BRACES = "pPxuo";
  private static final String ESCAPES_WITH_NAMES = "kg";
  private static final int END = -1;

  /** Switches a way of writing on in which spaces and comments count for nothing. */
  private static final Pattern IGNORING_SPACE = Pattern.compile("\\(\\?[a-zA-Z-]*x");

  private final String pattern;
  private int at;

  private PatternWidth(String pattern) {
    this.pattern = pattern;
  }

  /** Returns whether a pattern may match the empty text somewhere. */
  static boolean mayBeEmpty(String pattern) {
    if (IGNORING_SPACE.matcher(pattern).find()) {
      return true;
    }
    PatternWidth reader = new PatternWidth(pattern);
    boolean empty = reader.alternatives();
    return empty || reader.at < pattern.length();
  }

  private int peek() {
    return at < pattern.length() ? pattern.charAt(at) : END;
  }

  /** Reads up to a closing bracket or the end; empty if one alternative is. */
  private boolean alternatives() {
    boolean anyEmpty = false;
    while (true) {
      anyEmpty |= branch();
      if (peek() != '|') {
        return anyEmpty;
      }
      at++;
    }
  }

  /** Reads items in a row; empty if all of them are. */
  private boolean branch() {
    boolean allEmpty = true;
    while (peek() != END && peek() != '|' && peek() != ')') {
      boolean empty = atom();
      allEmpty &= quantifiedToNothing() || empty;
    }
    return allEmpty;
  }

  private boolean atom() {
    char first = pattern.charAt(at++);
    return switch (first) {
      case '(' -> group();
      case '[' -> {
        characterClass();
        yield false;
      }
      case '\\' -> escape();
      case '^', '$' -> true;
      default -> false;
    };
  }

  private boolean group() {
    boolean empty = false;
    if (peek() == '?') {
      at++;
      int kind = peek();
      boolean named =
          kind == '<' && at + 1 < pattern.length() && Character.isLetter(pattern.charAt(at + 1));
      empty = kind != ':' && kind != '>' && !named;
      while (named && peek() != '>' && peek() != END) {
        at++;
      }
      at += peek() == END || empty ? 0 : 1;
    }
    empty |= alternatives();
    if (peek() == ')') {
      at++;
      return empty;
    }
    return true;
  }

  private void characterClass() {
    if (peek() == '^') {
      at++;
    }
    if (peek() == ']') {
      at++;
    }
    while (peek() != END && peek() != ']') {
      char inside = pattern.charAt(at++);
      if (inside == '\\' && peek() != END) {
        at++;
      } else if (inside == '[') {
        characterClass();
      }
    }
    if (peek() == ']') {
      at++;
    }
  }

  private boolean escape() {
    if (peek() == END) {
      return true;
    }
    char escaped = pattern.charAt(at++);
    if (ESCAPES_WITH_BRACES.indexOf(escaped) >= 0 && peek() == '{') {
      skipPast('}');
    }
    if (ESCAPES_WITH_NAMES.indexOf(escaped) >= 0 && peek() == '<') {
      skipPast('>');
    }
    return EMPTY_ESCAPES.indexOf(escaped) >= 0;
  }

  private void skipPast(char close) {
    int found = pattern.indexOf(close, at);
    at = found < 0 ? pattern.length() : found + 1;
  }

  /** Reads the quantifiers behind an item; true if one of them allows none of it. */
  private boolean quantifiedToNothing() {
    boolean nothing = false;
    while (true) {
      switch (peek()) {
        case '*', '?' -> {
          nothing = true;
          at++;
        }
        case '+' -> {
          at++;
          at += peek() == '?' ? 1 : 0;
        }
        case '{' -> {
          int close = pattern.indexOf('}', at);
          if (close < 0) {
            return true;
          }
          String count = pattern.substring(at + 1, close);
          at = close + 1;
          boolean asked = peek() == '?';
          // Behind a range a question mark makes it lazy; behind one number, optional.
          nothing |= !count.matches("0*[1-9][0-9]*(,[0-9]*)?") || asked && !count.contains(",");
          at += asked ? 1 : 0;
        }
        default -> {
          return nothing;
        }
      }
    }
  }
}
