package io.github.npu4j.tokenizer.unicode;

import java.util.Arrays;

/**
 * Unicode's decompositions and compositions, as of Unicode 9: characters that came later are left
 * as they are, by Hugging Face's library and so here. (Java's own {@link java.text.Normalizer} has
 * the newest, has no combining classes to ask for, and needs quadratic time for a long row of
 * marks.)
 */
public final class Normalization {

  /** There is no such composition. */
  public static final int NONE = -1;

  private static final int S_BASE = 0xac00;
  private static final int L_BASE = 0x1100;
  private static final int V_BASE = 0x1161;
  private static final int T_BASE = 0x11a7;
  private static final int L_COUNT = 19;
  private static final int V_COUNT = 21;
  private static final int T_COUNT = 28;
  private static final int N_COUNT = V_COUNT * T_COUNT;
  private static final int S_COUNT = L_COUNT * N_COUNT;

  private static final int PAGE_BITS = 6;
  private static final int PAGE = 1 << PAGE_BITS;
  private static final int PAGES = (Character.MAX_CODE_POINT >> PAGE_BITS) + 1;
  private static final int SLOTS = 1 << 12;

  private static final Paged COMBINING = new Paged();
  private static final Paged CANONICAL = new Paged();
  private static final Paged COMPATIBLE = new Paged();

  /** Decompositions one after the other, each behind its length; place 0 is not in use. */
  private static int[] texts = new int[1 << 16];

  private static final long[] PAIRS = new long[SLOTS];
  private static final int[] COMPOSED = new int[SLOTS];

  static {
    TableReader table = new TableReader("normalization.bin");
    int code = 0;
    for (int count = table.next(); count > 0; count--) {
      code += table.next();
      COMBINING.set(code, (char) table.next());
    }
    int end = readTexts(table, CANONICAL, 1);
    end = readTexts(table, COMPATIBLE, end);
    texts = Arrays.copyOf(texts, end);
    for (int count = table.next(); count > 0; count--) {
      long pair = (long) table.next() << 32 | table.next();
      int slot = slot(pair);
      while (PAIRS[slot] != 0) {
        slot = slot + 1 & SLOTS - 1;
      }
      PAIRS[slot] = pair;
      COMPOSED[slot] = table.next();
    }
  }

  private Normalization() {}

  private static int readTexts(TableReader table, Paged index, int start) {
    int end = start;
    int code = 0;
    for (int count = table.next(); count > 0; count--) {
      code += table.next();
      index.set(code, (char) end);
      int length = table.next();
      texts[end++] = length;
      for (int i = 0; i < length; i++) {
        texts[end++] = table.next();
      }
    }
    return end;
  }

  private static int slot(long pair) {
    return (int) (pair * 0x9e3779b97f4a7c15L >>> 52);
  }

  /** Returns the canonical combining class of a character. */
  public static int combiningClass(int codePoint) {
    return COMBINING.get(codePoint);
  }

  /** Returns whether all of a character's forms are that character, and it starts a new one. */
  public static boolean isInert(int codePoint) {
    return codePoint < 0xa0;
  }

  /**
   * Writes the full decomposition of a character.
   *
   * @param compatible by form (K)D instead of D
   * @param target has room for 18 characters from {@code at}
   * @return how many characters were written
   */
  public static int decompose(int codePoint, boolean compatible, int[] target, int at) {
    if (codePoint >= S_BASE && codePoint < S_BASE + S_COUNT) {
      return decomposeHangul(codePoint - S_BASE, target, at);
    }
    int text = compatible ? COMPATIBLE.get(codePoint) : 0;
    if (text == 0) {
      text = CANONICAL.get(codePoint);
    }
    if (text == 0) {
      target[at] = codePoint;
      return 1;
    }
    System.arraycopy(texts, text + 1, target, at, texts[text]);
    return texts[text];
  }

  private static int decomposeHangul(int syllable, int[] target, int at) {
    target[at] = L_BASE + syllable / N_COUNT;
    target[at + 1] = V_BASE + syllable % N_COUNT / T_COUNT;
    int last = syllable % T_COUNT;
    if (last > 0) {
      target[at + 2] = T_BASE + last;
    }
    return last > 0 ? 3 : 2;
  }

  /** Returns the character that two others make, or {@link #NONE}. */
  public static int compose(int first, int second) {
    if (first >= L_BASE && first < L_BASE + L_COUNT) {
      return second >= V_BASE && second < V_BASE + V_COUNT
          ? S_BASE + (first - L_BASE) * N_COUNT + (second - V_BASE) * T_COUNT
          : NONE;
    }
    if (first >= S_BASE && first < S_BASE + S_COUNT) {
      return second > T_BASE && second < T_BASE + T_COUNT && (first - S_BASE) % T_COUNT == 0
          ? first + second - T_BASE
          : NONE;
    }
    long pair = (long) first << 32 | second;
    for (int slot = slot(pair); PAIRS[slot] != 0; slot = slot + 1 & SLOTS - 1) {
      if (PAIRS[slot] == pair) {
        return COMPOSED[slot];
      }
    }
    return NONE;
  }

  /** A number for each character, most of them zero. */
  private static final class Paged {

    private static final char[] EMPTY = new char[PAGE];

    private final char[][] pages = new char[PAGES][];

    Paged() {
      Arrays.fill(pages, EMPTY);
    }

    void set(int codePoint, char value) {
      int page = codePoint >> PAGE_BITS;
      if (pages[page] == EMPTY) {
        pages[page] = new char[PAGE];
      }
      pages[page][codePoint & PAGE - 1] = value;
    }

    int get(int codePoint) {
      return pages[codePoint >> PAGE_BITS][codePoint & PAGE - 1];
    }
  }
}
