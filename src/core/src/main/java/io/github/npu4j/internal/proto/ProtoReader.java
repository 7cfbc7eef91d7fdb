package io.github.npu4j.internal.proto;

import io.github.npu4j.error.BadModelException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;

/**
 * Walks the fields of one protobuf message that is not trusted. A length is compared with what is
 * left before it is used, so a damaged message ends in a {@link BadModelException}.
 *
 * <p>The caller alternates {@link #next()} with exactly one of the value methods.
 */
public final class ProtoReader {

  /** Wire types of protobuf's encoding; 3 and 4, the groups, occur nowhere here. */
  public static final int VARINT = 0;

  public static final int FIXED64 = 1;
  public static final int LENGTH_DELIMITED = 2;
  public static final int FIXED32 = 5;

  /** All texts of a file together; a model of a million nodes needs less. */
  private static final long MAX_TEXT_BYTES = 128L << 20;

  private static final int MAX_VARINT_BYTES = 10;

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final MemorySegment bytes;
  private final long[] textBytesLeft;
  private final String claim;
  private final long base;
  private long position;
  private long fieldStart;
  private int field;
  private int wireType;

  /**
   * Starts at the first field.
   *
   * @param bytes the message, without a length in front
   * @param file the file's name, for messages
   * @param format what it should be, with its article, for messages
   */
  public ProtoReader(MemorySegment bytes, String file, String format) {
    this(bytes, file + " is not " + format, 0, new long[] {MAX_TEXT_BYTES});
  }

  private ProtoReader(MemorySegment bytes, String claim, long base, long[] textBytesLeft) {
    this.bytes = bytes;
    this.textBytesLeft = textBytesLeft;
    this.claim = claim;
    this.base = base;
  }

  /** Reads the tag of the next field; false at the end of the message. */
  public boolean next() {
    if (position == bytes.byteSize()) {
      return false;
    }
    fieldStart = position;
    long tag = rawVarint();
    wireType = (int) (tag & 7);
    long number = tag >>> 3;
    if (number == 0 || number > Integer.MAX_VALUE >>> 2) {
      throw damaged("field number " + number);
    }
    field = (int) number;
    return true;
  }

  /**
   * Goes on to the next field if it has the number and wire type of the current one, which must
   * have been read; else stays.
   */
  public boolean nextAlike() {
    long hereStart = fieldStart;
    long hereEnd = position;
    int number = field;
    int type = wireType;
    if (next() && field == number && wireType == type) {
      return true;
    }
    fieldStart = hereStart;
    position = hereEnd;
    field = number;
    wireType = type;
    return false;
  }

  /** Returns the number of the current field. */
  public int field() {
    return field;
  }

  /** Returns the wire type of the current field. */
  public int wireType() {
    return wireType;
  }

  /** Reads the current field as an integer. */
  public long varint() {
    require(VARINT);
    return rawVarint();
  }

  /**
   * Reads the current field as integers: one, or a packed list of them.
   *
   * @param limit the most that a list of this kind may have
   * @param taker gets each
   */
  public void varints(int limit, LongConsumer taker) {
    if (wireType == VARINT) {
      taker.accept(rawVarint());
      return;
    }
    ProtoReader packed = message();
    for (int count = 0; packed.position < packed.bytes.byteSize(); count++) {
      if (count == limit) {
        throw damaged("a list of more than " + limit + " integers");
      }
      taker.accept(packed.rawVarint());
    }
  }

  /** Returns whether anything is left; for the content of a packed list, which has no fields. */
  public boolean hasMore() {
    return position < bytes.byteSize();
  }

  /** Reads all that is left as the integers of a packed list. */
  public void packedVarints(LongConsumer taker) {
    while (hasMore()) {
      taker.accept(rawVarint());
    }
  }

  /** Reads the current field as a number of 32 bits. */
  public float float32() {
    return Float.intBitsToFloat((int) fixed(Integer.BYTES));
  }

  /**
   * Reads the current field as a number of fixed width.
   *
   * @param width 4 or 8 bytes
   * @return its bits
   */
  public long fixed(int width) {
    require(width == Integer.BYTES ? FIXED32 : FIXED64);
    return packedFixed(width);
  }

  /** Reads the next number of a packed list as {@link #fixed} does. */
  public long packedFixed(int width) {
    advance(width);
    return width == Integer.BYTES
        ? bytes.get(INT, position - width)
        : bytes.get(LONG, position - width);
  }

  /** Returns the bytes of the current field, a slice of the file. */
  public MemorySegment slice() {
    require(LENGTH_DELIMITED);
    long length = rawVarint();
    if (length < 0 || length > bytes.byteSize() - position) {
      throw damaged("a field of " + Long.toUnsignedString(length) + " bytes");
    }
    MemorySegment slice = bytes.asSlice(position, length);
    position += length;
    return slice;
  }

  /** Returns a reader of the message in the current field. */
  public ProtoReader message() {
    MemorySegment slice = slice();
    return new ProtoReader(slice, claim, base + position - slice.byteSize(), textBytesLeft);
  }

  /** Returns another reader of this message, at the content of the current field. */
  public ProtoReader peek() {
    ProtoReader copy = new ProtoReader(bytes, claim, base, textBytesLeft);
    copy.position = position;
    copy.fieldStart = fieldStart;
    copy.field = field;
    copy.wireType = wireType;
    return copy;
  }

  /** Returns another reader of this message, at its first field. */
  public ProtoReader fromStart() {
    return new ProtoReader(bytes, claim, base, textBytesLeft);
  }

  /**
   * Returns the current field as text.
   *
   * @param limit the most bytes a text of this kind may have
   */
  public String text(int limit) {
    MemorySegment slice = slice();
    if (slice.byteSize() > limit) {
      throw damaged(
          "a text of " + slice.byteSize() + " bytes where at most " + limit + " make sense");
    }
    textBytesLeft[0] -= slice.byteSize();
    if (textBytesLeft[0] < 0) {
      throw damaged("more than " + MAX_TEXT_BYTES + " bytes of names and texts");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(slice.asByteBuffer()).toString();
    } catch (CharacterCodingException notText) {
      throw damaged("a text that is not UTF-8");
    }
  }

  /** Passes over the current field. */
  public void skip() {
    switch (wireType) {
      case VARINT -> rawVarint();
      case FIXED64 -> advance(Long.BYTES);
      case LENGTH_DELIMITED -> slice();
      case FIXED32 -> advance(Integer.BYTES);
      default -> throw damaged("wire type " + wireType);
    }
  }

  /** Returns where the current field begins in this message, its tag included. */
  public long fieldStart() {
    return fieldStart;
  }

  /** Returns the message from a place on, up to what was read or skipped last. */
  public MemorySegment since(long start) {
    return bytes.asSlice(start, position - start);
  }

  /** Returns the field that was just read or skipped, its tag included. */
  public MemorySegment whole() {
    return bytes.asSlice(fieldStart, position - fieldStart);
  }

  /** Makes the error for what is wrong at the current place. */
  public BadModelException damaged(String found) {
    return new BadModelException(
        claim + ", or is damaged",
        found + " at byte " + (base + fieldStart),
        "Get the file again.");
  }

  private void advance(long count) {
    if (count > bytes.byteSize() - position) {
      throw damaged("the end of the data inside a field");
    }
    position += count;
  }

  private void require(int expected) {
    if (wireType != expected) {
      throw damaged(
          "wire type " + wireType + " in field " + field + ", which should be " + expected);
    }
  }

  private long rawVarint() {
    long value = 0;
    for (int index = 0; index < MAX_VARINT_BYTES; index++) {
      if (position == bytes.byteSize()) {
        throw damaged("the end of the data inside a number");
      }
      byte next = bytes.get(ValueLayout.JAVA_BYTE, position++);
      value |= (long) (next & 0x7f) << (7 * index);
      if (next >= 0) {
        return value;
      }
    }
    throw damaged("a number of more than " + MAX_VARINT_BYTES + " bytes");
  }
}
