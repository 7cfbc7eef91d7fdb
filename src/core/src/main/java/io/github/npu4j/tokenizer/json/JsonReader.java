package io.github.npu4j.tokenizer.json;

import io.github.npu4j.tokenizer.pipeline.TokenizerDefect;
import io.github.npu4j.tokenizer.unicode.Utf8Text;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON out of an array of bytes, step by step. A vocabulary has hundreds of thousands of
 * strings, and this reader makes an object of none that is not read: the general one took three
 * times as long for them, and for the first file in a new process five times.
 */
public final class JsonReader {

  private static final int DEEPEST = 64;
  private static final int MOST_VALUES = 1 << 20;

  private final byte[] bytes;
  private final int end;
  private int at;
  private int depth;
  private int values;

  /** The string that was read last: which bytes of which array. */
  private byte[] string = new byte[0];

  private int stringStart;
  private int stringEnd;
  private byte[] unescaped = new byte[64];

  public JsonReader(byte[] bytes) {
    this.bytes = bytes;
    this.end = bytes.length;
  }

  /** Returns what is read. */
  byte[] bytes() {
    return bytes;
  }

  /** Returns how many bytes there are. */
  int size() {
    return end;
  }

  /** Returns where the reader is. */
  int position() {
    return at;
  }

  /** Goes elsewhere: to the beginning of a value. */
  void moveTo(int position) {
    at = position;
  }

  TokenizerDefect malformed(String what) {
    return new TokenizerDefect("it is no JSON: " + what + " at byte " + at);
  }

  /** Returns the next byte that is no whitespace, without taking it. */
  int peek() {
    while (at < end) {
      byte next = bytes[at];
      if (next != ' ' && next != '\n' && next != '\r' && next != '\t') {
        return next;
      }
      at++;
    }
    throw malformed("it ends too early");
  }

  private void take(char expected) {
    int next = peek();
    if (next != expected) {
      if (next < 0) {
        wellFormed(at);
      }
      throw malformed("there is no " + expected);
    }
    at++;
  }

  boolean isObject() {
    return peek() == '{';
  }

  boolean isArray() {
    return peek() == '[';
  }

  boolean isString() {
    return peek() == '"';
  }

  void beginObject() {
    take('{');
    deeper();
  }

  void beginArray() {
    take('[');
    deeper();
  }

  private void deeper() {
    if (++depth > DEEPEST) {
      throw malformed("it is nested more than " + DEEPEST + " deep");
    }
  }

  /** Reads up to the next member's value; false at the end of the object, which is read. */
  boolean nextMember(boolean first) {
    if (!nextItem(first, '}')) {
      return false;
    }
    readString();
    take(':');
    return true;
  }

  /** Reads up to the next item; false at the end of the array, which is read. */
  boolean nextItem(boolean first) {
    return nextItem(first, ']');
  }

  private boolean nextItem(boolean first, char close) {
    int next = peek();
    if (next == close) {
      at++;
      depth--;
      return false;
    }
    if (!first) {
      take(',');
    }
    return true;
  }

  /** Reads a string, which is then in {@link #string()} from {@link #stringStart()} on. */
  void readString() {
    take('"');
    int start = at;
    byte[] all = bytes;
    int from = at;
    while (from < end) {
      byte next = all[from];
      if (next == '"') {
        string = all;
        stringStart = start;
        stringEnd = from;
        at = from + 1;
        return;
      }
      if (next == '\\') {
        at = from;
        unescape(start);
        return;
      }
      if (next < ' ') {
        at = from;
        if (next >= 0) {
          throw malformed("there is a control character in a string");
        }
        from += wellFormed(from);
      } else {
        from++;
      }
    }
    at = end;
    throw malformed("a string does not end");
  }

  private int wellFormed(int from) {
    int length = Utf8Text.length(bytes[from]);
    boolean sound = (bytes[from] & 0xff) >= 0xc2 && from + length <= end;
    for (int i = 1; sound && i < length; i++) {
      sound = (bytes[from + i] & 0xc0) == 0x80;
    }
    if (sound) {
      int codePoint = Utf8Text.codePoint(bytes, from);
      sound =
          Utf8Text.lengthOf(codePoint) == length
              && codePoint <= Character.MAX_CODE_POINT
              && (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE)
              && (bytes[from] & 0xff) < 0xf8;
    }
    if (!sound) {
      throw new TokenizerDefect("it is not UTF-8 text at byte " + from);
    }
    return length;
  }

  /** Goes on with a string at its first backslash. */
  private void unescape(int start) {
    int size = at - start;
    reserve(size + 4);
    System.arraycopy(bytes, start, unescaped, 0, size);
    while (true) {
      if (at >= end) {
        throw malformed("a string does not end");
      }
      reserve(size + 4);
      byte next = bytes[at];
      if (next == '"') {
        at++;
        string = unescaped;
        stringStart = 0;
        stringEnd = size;
        return;
      }
      if (next == '\\') {
        at++;
        size = Utf8Text.write(unescaped, size, escaped());
      } else if (next >= 0) {
        if (next < ' ') {
          throw malformed("there is a control character in a string");
        }
        unescaped[size++] = next;
        at++;
      } else {
        int length = wellFormed(at);
        System.arraycopy(bytes, at, unescaped, size, length);
        size += length;
        at += length;
      }
    }
  }

  private void reserve(int size) {
    if (size > unescaped.length) {
      unescaped = Arrays.copyOf(unescaped, 2 * size);
    }
  }

  private int escaped() {
    if (at >= end) {
      throw malformed("a string does not end");
    }
    byte kind = bytes[at++];
    return switch (kind) {
      case '"', '\\', '/' -> kind;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> escapedCharacter();
      default -> throw malformed("there is an unknown escape");
    };
  }

  /** Reads the digits of one or two units that make a character. */
  private int escapedCharacter() {
    char unit = unit();
    if (!Character.isSurrogate(unit)) {
      return unit;
    }
    if (Character.isHighSurrogate(unit)
        && at + 1 < end
        && bytes[at] == '\\'
        && bytes[at + 1] == 'u') {
      at += 2;
      char low = unit();
      if (Character.isLowSurrogate(low)) {
        return Character.toCodePoint(unit, low);
      }
    }
    throw malformed("there is half a character");
  }

  private char unit() {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      int digit = at < end ? Character.digit(bytes[at++], 16) : -1;
      if (digit < 0) {
        throw malformed("there are no four digits");
      }
      value = value << 4 | digit;
    }
    return (char) value;
  }

  /** Returns the array that the last string is in. */
  byte[] string() {
    return string;
  }

  int stringStart() {
    return stringStart;
  }

  int stringEnd() {
    return stringEnd;
  }

  /** Returns the last string. */
  String text() {
    return new String(string, stringStart, stringEnd - stringStart, StandardCharsets.UTF_8);
  }

  /** Returns whether the last string is a name. */
  boolean is(String name) {
    int length = name.length();
    if (stringEnd - stringStart != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (string[stringStart + i] != name.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether a part is UTF-8 text. */
  boolean isWellFormed(int start, int stop) {
    int from = start;
    while (from < stop) {
      from += bytes[from] >= 0 ? 1 : wellFormed(from);
    }
    return from == stop;
  }

  /** Reads a number that is an id. */
  int readId() {
    int first = peek();
    long value = 0;
    int digits = 0;
    while (at < end && bytes[at] >= '0' && bytes[at] <= '9' && digits < 11) {
      value = value * 10 + bytes[at++] - '0';
      digits++;
    }
    boolean whole = at >= end || ".eE+-0123456789".indexOf(bytes[at]) < 0;
    if (digits == 0 || !whole || value >= Integer.MAX_VALUE || first == '0' && digits > 1) {
      throw malformed("there is no id");
    }
    return (int) value;
  }

  /** Reads a number. */
  double readNumber() {
    int start = number();
    Double value = DecimalReader.read(bytes, start, at);
    if (value == null) {
      throw malformed("there is no number, or one too large");
    }
    return value;
  }

  /** Goes to the end of a number, and returns where it begins. */
  private int number() {
    peek();
    int start = at;
    while (at < end && "+-.eE0123456789".indexOf(bytes[at]) >= 0) {
      at++;
    }
    if (start == at) {
      throw malformed("there is no value");
    }
    return start;
  }

  /** Reads an object as a map, an array as a list, and what else JSON has. */
  public @Nullable Object readValue() {
    if (++values > MOST_VALUES) {
      throw malformed("there are too many values");
    }
    return switch (peek()) {
      case '{' -> members();
      case '[' -> items();
      case '"' -> {
        readString();
        yield text();
      }
      default -> scalar();
    };
  }

  private Map<String, @Nullable Object> members() {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    beginObject();
    for (boolean first = true; nextMember(first); first = false) {
      String name = text();
      members.put(name, readValue());
    }
    return members;
  }

  private List<@Nullable Object> items() {
    List<@Nullable Object> items = new ArrayList<>();
    beginArray();
    for (boolean first = true; nextItem(first); first = false) {
      items.add(readValue());
    }
    return items;
  }

  private @Nullable Object scalar() {
    if (word("true")) {
      return true;
    }
    if (word("false")) {
      return false;
    }
    if (word("null")) {
      return null;
    }
    int start = number();
    if (at - start < 18 && isInteger(start)) {
      return Long.valueOf(new String(bytes, start, at - start, StandardCharsets.US_ASCII));
    }
    Double value = DecimalReader.read(bytes, start, at);
    if (value == null) {
      throw malformed("there is no number, or one too large");
    }
    return value;
  }

  private boolean isInteger(int start) {
    int digits = bytes[start] == '-' ? start + 1 : start;
    for (int i = digits; i < at; i++) {
      if (bytes[i] < '0' || bytes[i] > '9') {
        return false;
      }
    }
    return digits < at && (bytes[digits] != '0' || at - digits == 1);
  }

  private boolean word(String word) {
    if (at + word.length() > end) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if (bytes[at + i] != word.charAt(i)) {
        return false;
      }
    }
    at += word.length();
    return true;
  }

  /** Reads a value and forgets it. */
  void skip() {
    switch (peek()) {
      case '{' -> {
        beginObject();
        for (boolean first = true; nextMember(first); first = false) {
          skip();
        }
      }
      case '[' -> {
        beginArray();
        for (boolean first = true; nextItem(first); first = false) {
          skip();
        }
      }
      case '"' -> readString();
      default -> scalar();
    }
  }

  /** Requires that nothing follows. */
  public void finish() {
    while (at < end) {
      byte next = bytes[at];
      if (next != ' ' && next != '\n' && next != '\r' && next != '\t') {
        throw malformed("something follows the JSON value");
      }
      at++;
    }
  }
}
