package io.github.npu4j.onnx;

import static io.github.npu4j.internal.proto.ProtoReader.LENGTH_DELIMITED;

import io.github.npu4j.internal.proto.ProtoReader;
import io.github.npu4j.onnx.OnnxProto.StringStringEntryProto;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a message that are kept as they stand in the file, known and unknown ones: decoded
 * on demand, written as they were read. Fields of one number keep their order.
 *
 * <p>For one thread while it changes.
 */
final class RawFields {

  /** Decoded at a time; each takes eight times as much in memory as it may in the file. */
  private static final int MAX_LIST = 16 << 20;

  /** Longest text that is decoded: some tools keep whole vocabularies in a property. */
  private static final int MAX_TEXT = 16 << 20;

  /**
   * One field, or neighbouring ones of one number and fixed or variable length.
   *
   * @param number the field's number
   * @param encoded the content; with the tags, if it is not delimited
   * @param delimited whether the field has a length and this is its content
   */
  private record Field(int number, ByteSource encoded, boolean delimited) {}

  private List<Field> fields = List.of();

  /** Reads the fields of a message that was kept. */
  static RawFields of(ByteSource message) {
    MemorySegment bytes = held(message);
    ModelSource source = new ModelSource(bytes);
    ProtoReader reader = source.reader();
    RawFields fields = new RawFields();
    while (reader.next()) {
      fields.take(reader, source);
    }
    return fields;
  }

  /** Returns short bytes in memory. */
  private static MemorySegment held(ByteSource bytes) {
    if (bytes instanceof HeldBytes(MemorySegment memory)) {
      return memory;
    }
    if (bytes.byteSize() > MAX_TEXT) {
      throw ModelSource.bad(
          "the model can't be used", "it has a text of " + bytes.byteSize() + " bytes");
    }
    MemorySegment copy = MemorySegment.ofArray(new byte[(int) bytes.byteSize()]);
    bytes.copyInto(copy);
    return copy;
  }

  /** Returns fields that change independently of these. */
  RawFields copy() {
    RawFields copy = new RawFields();
    copy.fields = fields.isEmpty() ? List.of() : new ArrayList<>(fields);
    return copy;
  }

  /** Takes the reader's current field, and following ones of its kind. */
  void take(ProtoReader reader, ModelSource source) {
    source.count(reader);
    int number = reader.field();
    if (reader.wireType() == LENGTH_DELIMITED) {
      add(new Field(number, source.keep(reader.slice()), true));
      return;
    }
    long start = reader.fieldStart();
    do {
      reader.skip();
    } while (reader.nextAlike());
    add(new Field(number, source.keep(reader.since(start)), false));
  }

  private void add(Field field) {
    if (fields.isEmpty()) {
      fields = new ArrayList<>(2);
    }
    fields.add(field);
  }

  /** Returns whether there is a field of a number. */
  boolean has(int number) {
    return fields.stream().anyMatch(field -> field.number == number);
  }

  /** Removes all fields of a number. */
  RawFields remove(int number) {
    if (has(number)) {
      fields.removeIf(field -> field.number == number);
    }
    return this;
  }

  /** Puts one integer in the place of all fields of a number. */
  RawFields set(int number, long value) {
    return remove(number).encode(number, writer -> writer.varint(number, value));
  }

  /** Puts one text in the place of all fields of a number. */
  RawFields set(int number, String value) {
    return remove(number).add(number, ByteSource.of(value.getBytes(StandardCharsets.UTF_8)));
  }

  /** Adds one float. */
  RawFields add(int number, float value) {
    return encode(number, writer -> writer.float32(number, value));
  }

  /** Adds bytes, a text or a message. */
  RawFields add(int number, ByteSource content) {
    add(new Field(number, content, true));
    return this;
  }

  /** Adds scalar fields, tags included. */
  RawFields encode(int number, Consumer<ProtoWriter> encoding) {
    ProtoWriter writer = new ProtoWriter();
    encoding.accept(writer);
    add(new Field(number, writer.toBytes(), false));
    return this;
  }

  /** Returns the content of the last field of a number that has a length; {@code null} if none. */
  @Nullable ByteSource bytes(int number) {
    ByteSource last = null;
    for (Field field : fields) {
      if (field.number == number && field.delimited) {
        last = field.encoded;
      }
    }
    return last;
  }

  /** Returns the content of each field of a number that has a length. */
  List<ByteSource> all(int number) {
    List<ByteSource> found = new ArrayList<>();
    for (Field field : fields) {
      if (field.number == number && field.delimited) {
        found.add(field.encoded);
      }
    }
    return found;
  }

  /** Returns the last text of a number; empty if there is none. */
  String text(int number) {
    ByteSource content = bytes(number);
    return content == null ? "" : text(content);
  }

  /** Decodes a text. */
  static String text(ByteSource content) {
    return new String(held(content).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
  }

  /** Returns the last integer of a number. */
  long integer(int number, long absent) {
    long[] last = {absent};
    integers(number, value -> last[0] = value);
    return last[0];
  }

  /** Returns the integers of a number, packed or not. */
  long[] integers(int number) {
    LongList list = new LongList(MAX_LIST);
    integers(number, list::add);
    return list.toArray();
  }

  private void integers(int number, LongConsumer taker) {
    each(
        number,
        (reader, packed) -> {
          if (packed) {
            reader.packedVarints(taker);
          } else {
            while (reader.next()) {
              taker.accept(reader.varint());
            }
          }
        });
  }

  /** Returns the 32-bit floats of a number, packed or not. */
  float[] floats(int number) {
    long[] bits = fixed(number, Float.BYTES);
    float[] values = new float[bits.length];
    for (int i = 0; i < bits.length; i++) {
      values[i] = Float.intBitsToFloat((int) bits[i]);
    }
    return values;
  }

  /** Returns the bits of the numbers of fixed width, 4 or 8 bytes, packed or not. */
  long[] fixed(int number, int width) {
    LongList list = new LongList(MAX_LIST);
    each(
        number,
        (reader, packed) -> {
          while (packed ? reader.hasMore() : reader.next()) {
            list.add(packed ? reader.packedFixed(width) : reader.fixed(width));
          }
        });
    return list.toArray();
  }

  private interface Decoder {
    void decode(ProtoReader reader, boolean packed);
  }

  private void each(int number, Decoder decoder) {
    for (Field field : fields) {
      if (field.number == number) {
        try (Arena arena = Arena.ofConfined()) {
          MemorySegment content = field.encoded.map(arena);
          decoder.decode(ModelSource.reader(content), field.delimited);
        }
      }
    }
  }

  /** Returns a writer of these fields in the order of their numbers. */
  Rest rest() {
    List<Field> ordered = fields;
    Comparator<Field> byNumber = Comparator.comparingInt(Field::number);
    for (int i = 1; i < fields.size(); i++) {
      if (byNumber.compare(fields.get(i - 1), fields.get(i)) > 0) {
        ordered = new ArrayList<>(fields);
        ordered.sort(byNumber);
        break;
      }
    }
    return new Rest(ordered);
  }

  /** Writes the fields between others. */
  static final class Rest {

    private final List<Field> ordered;
    private int next;

    private Rest(List<Field> ordered) {
      this.ordered = ordered;
    }

    /** Writes the fields with smaller numbers that are not written yet. */
    void before(int number, ProtoWriter target) {
      while (next < ordered.size() && ordered.get(next).number < number) {
        Field field = ordered.get(next++);
        if (field.delimited) {
          target.bytes(field.number, field.encoded);
        } else {
          target.encoded(field.encoded);
        }
      }
    }

    /** Writes all that are left. */
    void all(ProtoWriter target) {
      before(Integer.MAX_VALUE, target);
    }
  }

  /** Integers, of which there may be many, but not too many. */
  static final class LongList {

    private final int limit;
    private long[] values = new long[4];
    private int size;

    LongList(int limit) {
      this.limit = limit;
    }

    void add(long value) {
      if (size == limit) {
        throw ModelSource.bad(
            "the model can't be used", "it has a list of more than " + limit + " numbers");
      }
      if (size == values.length) {
        values = Arrays.copyOf(values, 2 * size);
      }
      values[size++] = value;
    }

    long[] toArray() {
      return Arrays.copyOf(values, size);
    }
  }

  /**
   * A pair of texts: {@code StringStringEntryProto}.
   *
   * @param key the name of something
   * @param value what it is
   */
  record Entry(String key, String value) {

    static Entry of(ByteSource message) {
      RawFields fields = RawFields.of(message);
      return new Entry(
          fields.text(StringStringEntryProto.KEY), fields.text(StringStringEntryProto.VALUE));
    }

    ByteSource encoded() {
      return new ProtoWriter()
          .text(StringStringEntryProto.KEY, key)
          .text(StringStringEntryProto.VALUE, value)
          .toBytes();
    }
  }
}
