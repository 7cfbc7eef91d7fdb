package io.github.npu4j.tokenizer.unicode;

/** Characters in well-formed UTF-8. */
public final class Utf8Text {

  /** The most bytes that a character has. */
  public static final int MAXIMUM_LENGTH = 4;

  private Utf8Text() {}

  /** Returns how many bytes the character has that begins with a byte. */
  public static int length(byte first) {
    return first >= 0 ? 1 : (first & 0xff) < 0xe0 ? 2 : (first & 0xff) < 0xf0 ? 3 : 4;
  }

  /** Returns how many bytes a character takes. */
  public static int lengthOf(int codePoint) {
    return codePoint < 0x80 ? 1 : codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
  }

  /** Returns the character that begins at a place. */
  public static int codePoint(byte[] text, int at) {
    int first = text[at];
    if (first >= 0) {
      return first;
    }
    int second = text[at + 1] & 0x3f;
    if ((first & 0xff) < 0xe0) {
      return (first & 0x1f) << 6 | second;
    }
    int third = text[at + 2] & 0x3f;
    if ((first & 0xff) < 0xf0) {
      return (first & 0xf) << 12 | second << 6 | third;
    }
    return (first & 0x7) << 18 | second << 12 | third << 6 | text[at + 3] & 0x3f;
  }

  /** Returns where the character begins that ends before a place. */
  public static int previous(byte[] text, int at) {
    int start = at - 1;
    while ((text[start] & 0xc0) == 0x80) {
      start--;
    }
    return start;
  }

  /** Returns whether a character begins at a place. */
  public static boolean isBoundary(byte[] text, int at) {
    return (text[at] & 0xc0) != 0x80;
  }

  /** Returns how many characters there are. */
  public static int count(byte[] text, int start, int end) {
    int count = 0;
    for (int i = start; i < end; i++) {
      count += (text[i] & 0xc0) == 0x80 ? 0 : 1;
    }
    return count;
  }

  /**
   * Writes a character.
   *
   * @return the place behind it
   */
  public static int write(byte[] text, int at, int codePoint) {
    if (codePoint < 0x80) {
      text[at] = (byte) codePoint;
      return at + 1;
    }
    if (codePoint < 0x800) {
      text[at] = (byte) (0xc0 | codePoint >> 6);
      text[at + 1] = (byte) (0x80 | codePoint & 0x3f);
      return at + 2;
    }
    if (codePoint < 0x10000) {
      text[at] = (byte) (0xe0 | codePoint >> 12);
      text[at + 1] = (byte) (0x80 | codePoint >> 6 & 0x3f);
      text[at + 2] = (byte) (0x80 | codePoint & 0x3f);
      return at + 3;
    }
    text[at] = (byte) (0xf0 | codePoint >> 18);
    text[at + 1] = (byte) (0x80 | codePoint >> 12 & 0x3f);
    text[at + 2] = (byte) (0x80 | codePoint >> 6 & 0x3f);
    text[at + 3] = (byte) (0x80 | codePoint & 0x3f);
    return at + 4;
  }
}
