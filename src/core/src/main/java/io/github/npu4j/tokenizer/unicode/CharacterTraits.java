package io.github.npu4j.tokenizer.unicode;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * What Hugging Face's tokenizers ask of a character, each question by the version of Unicode that
 * their library asks it of; {@code unicode.py} among the test resources says which and how the
 * table was made.
 */
public final class CharacterTraits {

  /** Whitespace: Unicode's property White_Space. */
  public static final int SPACE = 1;

  /** Punctuation: ASCII's, and the categories P of the version of Unicode that is used for it. */
  public static final int PUNCTUATION = 2;

  /** A number: the categories N. */
  public static final int NUMERIC = 4;

  /** A part of a word: what {@code \w} stands for in Rust's regular expressions. */
  public static final int WORD = 8;

  /** A nonspacing mark, an accent for BERT. */
  public static final int NONSPACING = 16;

  /** A mark of any kind. */
  public static final int MARK = 32;

  /** What BERT takes away from a text: controls, formats, private use, NUL and U+FFFD. */
  public static final int DROPPED = 64;

  /** What BERT takes for a Chinese character. */
  public static final int CHINESE = 128;

  private static final int PAGE_BITS = 7;
  private static final int PAGE = 1 << PAGE_BITS;
  private static final AtomicReferenceArray<byte[]> PAGES =
      new AtomicReferenceArray<>((Character.MAX_CODE_POINT >> PAGE_BITS) + 1);
  private static final byte[] ASCII = page(0);

  private CharacterTraits() {}

  /** Returns all traits of a character. */
  public static int of(int codePoint) {
    if (codePoint < PAGE) {
      return ASCII[codePoint] & 0xff;
    }
    byte[] page = PAGES.getAcquire(codePoint >> PAGE_BITS);
    if (page == null) {
      page = page(codePoint >> PAGE_BITS);
      PAGES.setRelease(codePoint >> PAGE_BITS, page);
    }
    return page[codePoint & PAGE - 1] & 0xff;
  }

  /** Returns whether a character has one of some traits. */
  public static boolean has(int codePoint, int traits) {
    return (of(codePoint) & traits) != 0;
  }

  private static byte[] page(int number) {
    byte[] page = new byte[PAGE];
    for (int i = 0; i < PAGE; i++) {
      int codePoint = (number << PAGE_BITS) + i;
      page[i] = (byte) (codePoint < PAGE ? ascii(codePoint) : compute(codePoint));
    }
    return page;
  }

  private static int ascii(int c) {
    boolean digit = c >= '0' && c <= '9';
    boolean letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
    boolean space = c == ' ' || c >= '\t' && c <= '\r';
    boolean control = c < ' ' || c == 0x7f;
    return (space ? SPACE : 0)
        | (digit ? NUMERIC : 0)
        | (digit || letter || c == '_' ? WORD : 0)
        | (!digit && !letter && !control && c != ' ' ? PUNCTUATION : 0)
        | (control && c != '\t' && c != '\n' && c != '\r' ? DROPPED : 0);
  }

  private static int compute(int codePoint) {
    return (isSpace(codePoint) ? SPACE : 0)
        | (Listed.PUNCTUATION.contains(codePoint) ? PUNCTUATION : 0)
        | (isNumeric(codePoint) ? NUMERIC : 0)
        | (isWord(codePoint) ? WORD : 0)
        | (Listed.NONSPACING.contains(codePoint) ? NONSPACING : 0)
        | (Listed.MARKS.contains(codePoint) ? MARK : 0)
        | (Listed.DROPPED.contains(codePoint) ? DROPPED : 0)
        | (isChinese(codePoint) ? CHINESE : 0);
  }

  private static boolean isSpace(int codePoint) {
    return codePoint == 0x85 || Character.isSpaceChar(codePoint);
  }

  private static boolean isNumeric(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> true;
      default -> false;
    };
  }

  private static boolean isWord(int codePoint) {
    return Character.isAlphabetic(codePoint)
        || codePoint == 0x200c
        || codePoint == 0x200d
        || switch (Character.getType(codePoint)) {
          case Character.NON_SPACING_MARK,
              Character.COMBINING_SPACING_MARK,
              Character.ENCLOSING_MARK,
              Character.DECIMAL_DIGIT_NUMBER,
              Character.CONNECTOR_PUNCTUATION ->
              true;
          default -> false;
        };
  }

  /** The blocks that BERT's authors listed, with the gap that Hugging Face's list has. */
  private static boolean isChinese(int codePoint) {
    return codePoint >= 0x4e00 && codePoint <= 0x9fff
        || codePoint >= 0x3400 && codePoint <= 0x4dbf
        || codePoint >= 0x20000 && codePoint <= 0x2a6df
        || codePoint >= 0x2a700 && codePoint <= 0x2b81f
        || codePoint >= 0x2b920 && codePoint <= 0x2ceaf
        || codePoint >= 0xf900 && codePoint <= 0xfaff
        || codePoint >= 0x2f800 && codePoint <= 0x2fa1f;
  }

  /** The sets that are listed because they are an older Unicode's than Java's. */
  private static final class Listed {

    static final Ranges PUNCTUATION;
    static final Ranges NONSPACING;
    static final Ranges MARKS;
    static final Ranges DROPPED;

    static {
      TableReader table = new TableReader("classes.bin");
      PUNCTUATION = Ranges.read(table);
      NONSPACING = Ranges.read(table);
      MARKS = Ranges.read(table);
      DROPPED = Ranges.read(table);
    }
  }

  private record Ranges(int[] lows, int[] highs) {

    static Ranges read(TableReader table) {
      int count = table.next();
      int[] lows = new int[count];
      int[] highs = new int[count];
      int last = 0;
      for (int i = 0; i < count; i++) {
        lows[i] = last + table.next();
        highs[i] = lows[i] + table.next();
        last = highs[i];
      }
      return new Ranges(lows, highs);
    }

    boolean contains(int codePoint) {
      int found = Arrays.binarySearch(lows, codePoint);
      return found >= 0 || found < -1 && highs[-found - 2] >= codePoint;
    }
  }
}
