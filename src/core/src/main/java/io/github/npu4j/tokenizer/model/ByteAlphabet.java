package io.github.npu4j.tokenizer.model;

import java.util.Arrays;

/**
 * The characters that byte-level models write bytes with: printable ones of Latin-1 for themselves,
 * and for the others those from U+0100 on, in order. So a space is U+0120.
 */
public final class ByteAlphabet {

  /** No byte. */
  public static final int NONE = -1;

  private static final int BYTES = 256;
  private static final char[] CHARACTERS = new char[BYTES];
  private static final short[] VALUES = new short[2 * BYTES];

  /** The first byte of each character in UTF-8, and the second eight bits higher. */
  private static final int[] UTF8 = new int[BYTES];

  static {
    Arrays.fill(VALUES, (short) NONE);
    char next = BYTES;
    for (char value = 0; value < BYTES; value++) {
      boolean printable =
          value >= '!' && value <= '~' || value >= 0xa1 && value <= 0xac || value >= 0xae;
      CHARACTERS[value] = printable ? value : next++;
      VALUES[CHARACTERS[value]] = (short) value;
      char character = CHARACTERS[value];
      UTF8[value] =
          character < 0x80 ? character : 0xc0 | character >> 6 | (0x80 | character & 0x3f) << 8;
    }
  }

  private ByteAlphabet() {}

  /** Returns the name of the token that stands for a byte where it is in no other. */
  static byte[] fallbackName(int value) {
    byte[] name = {'<', '0', 'x', digit(value >> 4), digit(value & 0xf), '>'};
    return name;
  }

  private static byte digit(int value) {
    return (byte) (value < 10 ? '0' + value : 'A' - 10 + value);
  }

  /** Returns the character of a byte. */
  public static char character(byte value) {
    return CHARACTERS[value & 0xff];
  }

  /** Returns the byte of a character, or {@link #NONE}. */
  public static int value(int character) {
    return character < VALUES.length ? VALUES[character] : NONE;
  }

  /**
   * Returns the character of a byte in UTF-8: its first byte, and the second in the next eight
   * bits.
   */
  static int utf8(byte value) {
    return UTF8[value & 0xff];
  }
}
