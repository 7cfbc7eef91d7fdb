package io.github.npu4j.tokenizer.unicode;

import java.util.Arrays;

/** The scripts by which SentencePiece keeps writing systems apart. */
public final class Scripts {

  /** A character that goes with any script. */
  public static final int ANY = 0;

  private static final int[] STARTS;
  private static final byte[] NUMBERS;

  static {
    TableReader table = new TableReader("scripts.bin");
    int[] starts = new int[2048];
    byte[] numbers = new byte[2048];
    int runs = 0;
    int start = 0;
    while (table.hasNext()) {
      starts[runs] = start;
      start += table.next();
      numbers[runs++] = (byte) table.next();
    }
    STARTS = Arrays.copyOf(starts, runs);
    NUMBERS = Arrays.copyOf(numbers, runs);
  }

  private Scripts() {}

  /** Returns a number that tells the script of a character from others. */
  public static int of(int codePoint) {
    int found = Arrays.binarySearch(STARTS, codePoint);
    return NUMBERS[found >= 0 ? found : -found - 2] & 0xff;
  }
}
