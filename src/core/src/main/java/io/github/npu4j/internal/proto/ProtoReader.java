package io.github.npu4j.internal.proto;

import io.github.npu4j.error.BadModelException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;

/**
 * Walks the fields of one protobuf message that nobody vouches for. A length is compared with what
 * is left before it is used, so a damaged message ends in a {@link BadModelException}.
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

  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

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

  /** Reads the current field as a number of 32 bits. */
  public float float32() {
    require(FIXED32);
    advance(Float.BYTES);
    return bytes.get(FLOAT, position - Float.BYTES);
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
