package io.github.npu4j.tokenizer.unicode;

import java.util.Arrays;

/**
 * Where what a reader takes for one character ends: extended grapheme clusters.
 *
 * @see <a href="https://www.unicode.org/reports/tr29/">Unicode Text Segmentation</a>, whose rule
 *     numbers are named here
 */
public final class Graphemes {

  private static final int OTHER = 0;
  private static final int CONTROL = 1;
  private static final int EXTEND = 2;
  private static final int SPACING = 3;
  private static final int PREPEND = 4;
  private static final int JOINER = 5;
  private static final int REGIONAL = 6;
  private static final int PICTURE = 7;
  private static final int HANGUL_L = 8;
  private static final int HANGUL_V = 9;
  private static final int HANGUL_T = 10;
  private static final int HANGUL_LV = 11;
  private static final int HANGUL_LVT = 12;

  private static final int ZERO_WIDTH_JOINER = 0x200d;

  /** Spacing marks that extend nevertheless: Unicode's list Other_Grapheme_Extend. */
  private static final int[] EXTENDING = {
    0x9be, 0x9d7, 0xb3e, 0xb57, 0xbbe, 0xbd7, 0xcc0, 0xcc2, 0xcc7, 0xcc8, 0xcca, 0xccb, 0xcd5,
    0xcd6, 0xd3e, 0xd57, 0xdcf, 0xddf, 0x1715, 0x1734, 0x1b35, 0x1b3b, 0x1b3d, 0x1b43, 0x1b44,
    0x1baa, 0x1bf2, 0x1bf3, 0x302e, 0x302f, 0xa953, 0xa9c0, 0xff9e, 0xff9f, 0x111c0, 0x11235,
    0x1133e, 0x1134d, 0x11357, 0x113b8, 0x113c2, 0x113c5, 0x113c7, 0x113c8, 0x113c9, 0x113cf,
    0x114b0, 0x114bd, 0x115af, 0x116b6, 0x11930, 0x1193d, 0x11f41, 0x16ff0, 0x16ff1, 0x1d165,
    0x1d166, 0x1d16d, 0x1d16e, 0x1d16f, 0x1d170, 0x1d171, 0x1d172,
  };

  /** Marks that stand beside their letter without being a part of it. */
  private static final int[] NOT_SPACING = {
    0x102b, 0x102c, 0x1038, 0x1062, 0x1063, 0x1064, 0x1067, 0x1068, 0x1069, 0x106a, 0x106b, 0x106c,
    0x106d, 0x1083, 0x1087, 0x1088, 0x1089, 0x108a, 0x108b, 0x108c, 0x108f, 0x109a, 0x109b, 0x109c,
    0x1a61, 0x1a63, 0x1a64, 0xaa7b, 0xaa7d, 0x11720, 0x11721,
  };

  private static final int[] PREPENDING = {
    0x600, 0x601, 0x602, 0x603, 0x604, 0x605, 0x6dd, 0x70f, 0x890, 0x891, 0x8e2, 0xd4e, 0x110bd,
    0x110cd, 0x111c2, 0x111c3, 0x113d1, 0x1193f, 0x11941, 0x11a3a, 0x11a84, 0x11a85, 0x11a86,
    0x11a87, 0x11a88, 0x11a89, 0x11d46, 0x11f02,
  };

  /** The signs that make the consonants around them one, of the scripts that rule GB9c names. */
  private static final int[] LINKERS = {0x94d, 0x9cd, 0xacd, 0xb4d, 0xc4d, 0xd4d};

  private Graphemes() {}

  /**
   * Returns the end of the cluster that begins at a place.
   *
   * @param text UTF-8
   */
  public static int end(byte[] text, int start, int end) {
    int at = start + Utf8Text.length(text[start]);
    if (at >= end || text[start] >= 0 && text[at] >= 0) {
      return at < end && text[start] == '\r' && text[at] == '\n' ? at + 1 : Math.min(at, end);
    }
    int codePoint = Utf8Text.codePoint(text, start);
    int kind = kind(codePoint);
    boolean picture = kind == PICTURE;
    boolean consonant = isConsonant(codePoint);
    boolean linked = false;
    int regional = kind == REGIONAL ? 1 : 0;
    while (at < end) {
      int next = Utf8Text.codePoint(text, at);
      int nextKind = kind(next);
      boolean joins =
          joins(kind, nextKind)
              || kind == JOINER && picture && nextKind == PICTURE // GB11
              || regional == 1 && nextKind == REGIONAL // GB12, GB13
              || consonant && linked && isConsonant(next); // GB9c
      if (!joins) {
        return at;
      }
      picture = nextKind == PICTURE || picture && (nextKind == EXTEND || nextKind == JOINER);
      regional = nextKind == REGIONAL ? regional + 1 : 0;
      if (isConsonant(next)) {
        consonant = true;
        linked = false;
      } else if (nextKind == EXTEND || nextKind == JOINER) {
        linked |= isLinker(next);
      } else {
        consonant = false;
      }
      kind = nextKind;
      at += Utf8Text.lengthOf(next);
    }
    return end;
  }

  private static boolean joins(int kind, int next) {
    if (kind == CONTROL || next == CONTROL) {
      return false; // GB4, GB5
    }
    if (next == EXTEND || next == JOINER || next == SPACING || kind == PREPEND) {
      return true; // GB9, GB9a, GB9b
    }
    return switch (kind) {
      case HANGUL_L ->
          next == HANGUL_L || next == HANGUL_V || next == HANGUL_LV || next == HANGUL_LVT; // GB6
      case HANGUL_LV, HANGUL_V -> next == HANGUL_V || next == HANGUL_T; // GB7
      case HANGUL_LVT, HANGUL_T -> next == HANGUL_T; // GB8
      default -> false;
    };
  }

  private static int kind(int codePoint) {
    if (codePoint < 0x300) {
      return codePoint < ' ' || codePoint >= 0x7f && codePoint < 0xa0 || codePoint == 0xad
          ? CONTROL
          : codePoint == 0xa9 || codePoint == 0xae ? PICTURE : OTHER;
    }
    if (codePoint >= 0x1100 && codePoint < 0x1200) {
      return codePoint < 0x1160 ? HANGUL_L : codePoint < 0x11a8 ? HANGUL_V : HANGUL_T;
    }
    if (codePoint >= 0xac00 && codePoint < 0xd7fc) {
      return syllableKind(codePoint);
    }
    if (codePoint >= 0xa960 && codePoint < 0xa97d) {
      return HANGUL_L;
    }
    if (codePoint >= 0x1f1e6 && codePoint <= 0x1f1ff) {
      return REGIONAL;
    }
    return kindByCategory(codePoint);
  }

  private static int syllableKind(int codePoint) {
    if (codePoint < 0xd7a4) {
      return (codePoint - 0xac00) % 28 == 0 ? HANGUL_LV : HANGUL_LVT;
    }
    return codePoint >= 0xd7b0 && codePoint < 0xd7c7
        ? HANGUL_V
        : codePoint >= 0xd7cb ? HANGUL_T : OTHER;
  }

  private static int kindByCategory(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK -> EXTEND;
      case Character.COMBINING_SPACING_MARK -> markKind(codePoint);
      case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.CONTROL -> CONTROL;
      case Character.FORMAT -> formatKind(codePoint);
      case Character.UNASSIGNED ->
          isIgnorable(codePoint)
              ? CONTROL
              : Character.isExtendedPictographic(codePoint) ? PICTURE : OTHER;
      default -> otherKind(codePoint);
    };
  }

  private static int markKind(int codePoint) {
    return contains(EXTENDING, codePoint)
        ? EXTEND
        : contains(NOT_SPACING, codePoint) ? OTHER : SPACING;
  }

  private static int formatKind(int codePoint) {
    if (codePoint == ZERO_WIDTH_JOINER) {
      return JOINER;
    }
    boolean tag = codePoint >= 0xe0020 && codePoint <= 0xe007f;
    return codePoint == 0x200c || tag
        ? EXTEND
        : contains(PREPENDING, codePoint) ? PREPEND : CONTROL;
  }

  /** Returns whether something unassigned is to be ignored in any case. */
  private static boolean isIgnorable(int codePoint) {
    return codePoint >= 0xe0000 && codePoint <= 0xe0fff
        || codePoint == 0x2065
        || codePoint >= 0xfff0 && codePoint <= 0xfff8;
  }

  private static int otherKind(int codePoint) {
    if (codePoint == 0xe33 || codePoint == 0xeb3) {
      return SPACING;
    }
    boolean voicing = codePoint == 0xff9e || codePoint == 0xff9f;
    boolean skinTone = codePoint >= 0x1f3fb && codePoint <= 0x1f3ff;
    if (voicing || skinTone) {
      return EXTEND;
    }
    return contains(PREPENDING, codePoint)
        ? PREPEND
        : Character.isExtendedPictographic(codePoint) ? PICTURE : OTHER;
  }

  private static boolean isLinker(int codePoint) {
    return contains(LINKERS, codePoint);
  }

  /** Returns whether a letter is a consonant of the scripts that rule GB9c names. */
  private static boolean isConsonant(int codePoint) {
    if (codePoint < 0x915 || codePoint > 0xd3a) {
      return false;
    }
    int letter = codePoint & 0x7f;
    return switch (codePoint >> 7) {
      case 0x12 -> // Devanagari, Bengali
          letter >= 0x15 && letter <= 0x39 || letter >= 0x58 && letter <= 0x5f || letter >= 0x78;
      case 0x13 ->
          letter >= 0x15 && letter <= 0x28
              || letter >= 0x2a && letter <= 0x30
              || letter == 0x32
              || letter >= 0x36 && letter <= 0x39
              || letter == 0x5c
              || letter == 0x5d
              || letter == 0x5f
              || letter == 0x70
              || letter == 0x71;
      case 0x15 -> // Gujarati
          letter >= 0x15 && letter <= 0x28
              || letter >= 0x2a && letter <= 0x30
              || letter == 0x32
              || letter == 0x33
              || letter >= 0x35 && letter <= 0x39
              || letter == 0x79;
      case 0x16 -> // Oriya
          letter >= 0x15 && letter <= 0x28
              || letter >= 0x2a && letter <= 0x30
              || letter == 0x32
              || letter == 0x33
              || letter >= 0x35 && letter <= 0x39
              || letter == 0x5c
              || letter == 0x5d
              || letter == 0x5f
              || letter == 0x71;
      case 0x18 -> // Telugu
          letter >= 0x15 && letter <= 0x28
              || letter >= 0x2a && letter <= 0x39
              || letter >= 0x58 && letter <= 0x5a;
      case 0x1a -> // Malayalam
          letter >= 0x15 && letter <= 0x3a;
      default -> false;
    };
  }

  private static boolean contains(int[] sorted, int codePoint) {
    return Arrays.binarySearch(sorted, codePoint) >= 0;
  }
}
