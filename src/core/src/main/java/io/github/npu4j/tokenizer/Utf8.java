package io.github.npu4j.tokenizer;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Characters in bytes. */
final class Utf8 {

  private static final byte[] REPLACEMENT = "\ufffd".getBytes(StandardCharsets.UTF_8);

  /** The smallest character that needs so many bytes; a shorter one in them is not well-formed. */
  private static final int[] SMALLEST = {0, 0, 0x80, 0x800, 0x10000};

  private Utf8() {}

  /** Returns how many bytes a character has, by the first one of a well-formed character. */
  static int length(byte first) {
    int value = Byte.toUnsignedInt(first);
    return value < 0x80 ? 1 : value < 0xe0 ? 2 : value < 0xf0 ? 3 : 4;
  }

  /** Returns how many bytes the well-formed character at a place has, or 0 if there is none. */
  static int wellFormedLength(byte[] bytes, int at, int end) {
    int first = Byte.toUnsignedInt(bytes[at]);
    if (first < 0x80) {
      return 1;
    }
    int length = length(bytes[at]);
    if (first < 0xc0 || first >= 0xf8 || at + length > end) {
      return 0;
    }
    int character = first & 0x7f >> length;
    for (int i = 1; i < length; i++) {
      if ((bytes[at + i] & 0xc0) != 0x80) {
        return 0;
      }
      character = character << 6 | bytes[at + i] & 0x3f;
    }
    boolean sound =
        character >= SMALLEST[length]
            && character <= Character.MAX_CODE_POINT
            && (character < Character.MIN_SURROGATE || character > Character.MAX_SURROGATE);
    return sound ? length : 0;
  }

  /** Copies bytes; each one that belongs to no well-formed character becomes U+FFFD. */
  static void copyReplacing(byte[] bytes, ByteArrayOutputStream target) {
    int at = 0;
    while (at < bytes.length) {
      int length = wellFormedLength(bytes, at, bytes.length);
      if (length == 0) {
        target.writeBytes(REPLACEMENT);
        at++;
      } else {
        target.write(bytes, at, length);
        at += length;
      }
    }
  }

  /** Copies bytes; each one that belongs to no well-formed character is left out. */
  static void copyIgnoring(byte[] bytes, ByteArrayOutputStream target) {
    int at = 0;
    while (at < bytes.length) {
      int length = wellFormedLength(bytes, at, bytes.length);
      target.write(bytes, at, length);
      at += Math.max(length, 1);
    }
  }
}
