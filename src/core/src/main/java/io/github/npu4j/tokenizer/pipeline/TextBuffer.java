package io.github.npu4j.tokenizer.pipeline;

import io.github.npu4j.tokenizer.unicode.Utf8Text;
import java.util.Arrays;

/**
 * A text in UTF-8, and for each of its bytes which bytes of the original text it stands for, if
 * that is {@link #isTracked tracked}.
 */
public final class TextBuffer {

  /** So large a text may become by what is put into it. */
  public static final int MAXIMUM_BYTES = 64 << 20;

  private static final int KEPT = 1 << 18;
  private static final int SMALLEST = 256;
  private static final int[] UNTRACKED = {};

  private byte[] bytes = new byte[SMALLEST];
  private int[] from = UNTRACKED;
  private int[] to = UNTRACKED;
  private int length;
  private boolean tracked;
  private int cursor;

  /** Returns the bytes, of which the first {@link #length} count; valid until more are added. */
  public byte[] bytes() {
    return bytes;
  }

  public int length() {
    return length;
  }

  public boolean isTracked() {
    return tracked;
  }

  /** Returns the first original byte that a byte stands for. */
  public int from(int at) {
    return from[at];
  }

  /** Returns the end of the original bytes that a byte stands for. */
  public int to(int at) {
    return to[at];
  }

  /** Empties the buffer. */
  public void reset(boolean track) {
    length = 0;
    tracked = track;
    cursor = 0;
    if (track && from.length < bytes.length) {
      from = new int[bytes.length];
      to = new int[bytes.length];
    }
  }

  /** Gives back what a long text needed. */
  void trim() {
    if (bytes.length > KEPT) {
      bytes = new byte[SMALLEST];
      from = UNTRACKED;
      to = UNTRACKED;
    }
  }

  /**
   * Makes room.
   *
   * @throws TokenizerDefect if the text gets too large
   */
  public void reserve(int more) {
    if (bytes.length - length < more) {
      grow(more);
    }
  }

  private void grow(int more) {
    long needed = (long) length + more;
    if (needed > MAXIMUM_BYTES) {
      throw new TokenizerDefect("makes a text of more than " + MAXIMUM_BYTES + " bytes out of it");
    }
    int size = (int) Math.max(needed, Math.min(2L * bytes.length, MAXIMUM_BYTES));
    bytes = Arrays.copyOf(bytes, size);
    if (tracked) {
      from = Arrays.copyOf(from, size);
      to = Arrays.copyOf(to, size);
    }
  }

  /** Appends a text that stands for itself, surrogates without a partner as U+FFFD. */
  void appendOriginal(String text) {
    int units = text.length();
    if (3L * units > MAXIMUM_BYTES) {
      throw new TokenizerDefect("makes a text of " + units + " characters");
    }
    reserve(3 * units);
    int at = length;
    for (int i = 0; i < units; i++) {
      char unit = text.charAt(i);
      if (unit < 0x80) {
        bytes[at++] = (byte) unit;
      } else if (!Character.isSurrogate(unit)) {
        at = Utf8Text.write(bytes, at, unit);
      } else if (Character.isHighSurrogate(unit)
          && i + 1 < units
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        at = Utf8Text.write(bytes, at, Character.toCodePoint(unit, text.charAt(++i)));
      } else {
        at = Utf8Text.write(bytes, at, 0xfffd);
      }
    }
    length = at;
  }

  /**
   * Appends a part of an original text.
   *
   * @param original one whose bytes stand for themselves
   */
  void appendOriginal(TextBuffer original, int start, int end) {
    reserve(end - start);
    System.arraycopy(original.bytes, start, bytes, length, end - start);
    if (tracked) {
      int at = start;
      while (at < end) {
        int characterEnd = at + Utf8Text.length(original.bytes[at]);
        for (int i = at; i < characterEnd; i++) {
          from[length + i - start] = at;
          to[length + i - start] = characterEnd;
        }
        at = characterEnd;
      }
    }
    length += end - start;
  }

  /** Appends a part of another text, which stands for what it stood for there. */
  public void append(TextBuffer source, int start, int end) {
    reserve(end - start);
    System.arraycopy(source.bytes, start, bytes, length, end - start);
    if (tracked) {
      System.arraycopy(source.from, start, from, length, end - start);
      System.arraycopy(source.to, start, to, length, end - start);
    }
    length += end - start;
  }

  /** Appends bytes that all stand for what one byte of another text stands for. */
  public void append(byte[] inserted, TextBuffer source, int like) {
    reserve(inserted.length);
    System.arraycopy(inserted, 0, bytes, length, inserted.length);
    if (tracked) {
      for (int i = 0; i < inserted.length; i++) {
        align(source, like);
      }
    } else {
      length += inserted.length;
    }
  }

  /** Appends one character that stands for what a byte of another text stands for. */
  public void append(int codePoint, TextBuffer source, int like) {
    reserve(Utf8Text.MAXIMUM_LENGTH);
    int end = Utf8Text.write(bytes, length, codePoint);
    if (tracked) {
      while (length < end) {
        align(source, like);
      }
    } else {
      length = end;
    }
  }

  private void align(TextBuffer source, int like) {
    from[length] = like < 0 ? 0 : source.from[like];
    to[length] = like < 0 ? 0 : source.to[like];
    length++;
  }

  /** Begins to rewrite another text by {@link #put}, from a place on. */
  public void rewrite(int start) {
    cursor = start;
  }

  /**
   * Appends one character of a text's new form, as Hugging Face's library keeps account of it.
   *
   * @param change 0 if it stands in place of the next character of the old form, 1 if it comes
   *     additionally, and -n if n more characters of the old form vanish behind the next
   */
  public void put(int codePoint, int change, TextBuffer source) {
    if (!tracked) {
      reserve(Utf8Text.MAXIMUM_LENGTH);
      length = Utf8Text.write(bytes, length, codePoint);
      return;
    }
    int like = change > 0 ? cursor - 1 : Math.min(cursor, source.length - 1);
    append(codePoint, source, like);
    for (int characters = change > 0 ? 0 : 1 - change; characters > 0; characters--) {
      cursor += cursor < source.length ? Utf8Text.length(source.bytes[cursor]) : 0;
    }
  }

  /** Cuts the text off. */
  public void cut(int newLength) {
    length = newLength;
  }

  /** Adds bytes that are in the room that was {@link #reserve reserved}; not for a tracked text. */
  public void grewTo(int newLength) {
    length = newLength;
  }
}
