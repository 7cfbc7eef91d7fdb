package io.github.npu4j.report;

import java.util.Locale;

/** Text and figures as they stand in a page. */
final class Html {

  private static final String REPLACEMENT = "\uFFFD";

  /** Letters from here on, such as Hangul, may be as wide as they are high. */
  private static final int FIRST_WIDE = 0x1100;

  /** Numbers from here on have too many digits for a label. */
  private static final double MANY = 1e7;

  private Html() {}

  /**
   * Returns text that can stand between tags and in quoted attributes, whatever is in it.
   * Characters that no page may have are replaced.
   */
  static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    text.codePoints().forEach(point -> append(escaped, point));
    return escaped.toString();
  }

  private static void append(StringBuilder escaped, int point) {
    switch (point) {
      case '&' -> escaped.append("&amp;");
      case '<' -> escaped.append("&lt;");
      case '>' -> escaped.append("&gt;");
      case '"' -> escaped.append("&quot;");
      case '\'' -> escaped.append("&#39;");
      case '\n', '\t' -> escaped.append(' ');
      default -> {
        boolean bad =
            Character.isISOControl(point)
                || point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE
                || (point & 0xFFFE) == 0xFFFE;
        if (bad) {
          escaped.append(REPLACEMENT);
        } else {
          escaped.appendCodePoint(point);
        }
      }
    }
  }

  /** Returns somebody else's text, escaped, and kept from turning the text around it round. */
  static String foreign(String text) {
    return "<bdi>" + escape(text) + "</bdi>";
  }

  /**
   * Returns the beginning of a text, for where there is little room.
   *
   * @param most the number of Latin letters that fit, or of wide ones half as many
   */
  static String brief(String text, int most) {
    int[] points = text.codePoints().toArray();
    int letters = 0;
    for (int i = 0; i < points.length; i++) {
      letters += points[i] >= FIRST_WIDE ? 2 : 1;
      if (letters > most) {
        return new String(points, 0, Math.max(0, i - 1)) + "…";
      }
    }
    return text;
  }

  /** Returns a number with three digits that count, or all before the point if they are few. */
  static String number(double value) {
    if (value == 0) {
      return "0";
    }
    if (Math.abs(value) >= MANY) {
      return String.format(Locale.ROOT, "%.2e", value);
    }
    int digits = 2 - (int) Math.floor(Math.log10(Math.abs(value)));
    return String.format(Locale.ROOT, "%." + Math.clamp(digits, 0, 9) + "f", value);
  }

  /** Returns {@code bytes per text} for {@code bytesPerText}. */
  static String words(String camelCase) {
    return camelCase.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
  }
}
