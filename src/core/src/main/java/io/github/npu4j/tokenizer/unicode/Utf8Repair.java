package io.github.npu4j.tokenizer.unicode;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Bytes that may be no characters, and strings that may have halves of them. */
public final class Utf8Repair {

  private static final byte[] REPLACEMENT = "\ufffd".getBytes(StandardCharsets.UTF_8);

  /**
   * The smallest character that needs as many bytes as the index; a smaller one in them is not
   * well-formed.
   */
  private static final int[] SMALLEST = {0, 0, 0x80, 0x800, 0x10000};

  private Utf8Repair() {}

  /** Returns how many bytes the well-formed character at a place has, or 0 if there is none. */
  public static int wellFormedLength(byte[] bytes, int at, int end) {
    int first = Byte.toUnsignedInt(bytes[at]);
    if (first < 0x80) {
      return 1;
    }
    int length = Utf8Text.length(bytes[at]);
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
  public static void copyReplacing(byte[] bytes, ByteArrayOutputStream target) {
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
  public static void copyIgnoring(byte[] bytes, ByteArrayOutputStream target) {
    int at = 0;
    while (at < bytes.length) {
      int length = wellFormedLength(bytes, at, bytes.length);
      target.write(bytes, at, length);
      at += Math.max(length, 1);
    }
  }

  /** Returns a text with U+FFFD in place of each surrogate that has no partner. */
  public static String withoutLoneSurrogates(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return replaceLoneSurrogates(text);
      }
    }
    return text;
  }

  private static String replaceLoneSurrogates(String text) {
    char[] characters = text.toCharArray();
    for (int i = 0; i < characters.length; i++) {
      if (i + 1 < characters.length
          && Character.isSurrogatePair(characters[i], characters[i + 1])) {
        i++;
      } else if (Character.isSurrogate(characters[i])) {
        characters[i] = '\ufffd';
      }
    }
    return new String(characters);
  }
}
