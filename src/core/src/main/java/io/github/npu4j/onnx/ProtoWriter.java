package io.github.npu4j.onnx;

import io.github.npu4j.internal.proto.ProtoReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A protobuf message under construction. Protobuf wants the length of a message before its content:
 * what is short is gathered in memory, what is long stays where it is and is copied once, when the
 * message is written.
 *
 * <p>For one thread.
 */
final class ProtoWriter {

  /** Shorter bytes in memory are gathered. */
  private static final long LEAST_APART = 4096;

  /** The gathered bytes end here and begin anew, so that arrays stay small. */
  private static final int MOST_TOGETHER = 1 << 20;

  private static final int TAG_BITS = 3;

  private final UnaryOperator<OnnxConstant> placing;
  private final List<ByteSource> pieces = new ArrayList<>(0);
  private final ByteArrayOutputStream together = new ByteArrayOutputStream();
  private long apart;

  /** Begins an empty message. */
  ProtoWriter() {
    this(UnaryOperator.identity());
  }

  /**
   * Begins an empty message.
   *
   * @param placing what is written for each tensor of the model
   */
  ProtoWriter(UnaryOperator<OnnxConstant> placing) {
    this.placing = placing;
  }

  /** Returns the size of the message in bytes. */
  long byteSize() {
    return apart + together.size();
  }

  /** Appends an integer. */
  ProtoWriter varint(int field, long value) {
    tag(field, ProtoReader.VARINT);
    varint(value);
    return this;
  }

  /** Appends a 32-bit float. */
  ProtoWriter float32(int field, float value) {
    tag(field, ProtoReader.FIXED32);
    int bits = Float.floatToRawIntBits(value);
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      together.write(bits >>> shift);
    }
    return this;
  }

  /** Appends integers as one packed list. */
  ProtoWriter packed(int field, long... values) {
    ProtoWriter content = new ProtoWriter();
    for (long value : values) {
      content.varint(value);
    }
    return message(field, content);
  }

  /** Appends a text. */
  ProtoWriter text(int field, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    header(field, bytes.length);
    together.writeBytes(bytes);
    return this;
  }

  /** Appends bytes. */
  ProtoWriter bytes(int field, ByteSource value) {
    header(field, value.byteSize());
    return encoded(value);
  }

  /** Appends parts of the model, each as a message. */
  void parts(int field, List<? extends ModelPart> parts) {
    parts.forEach(part -> part(field, part));
  }

  /** Appends a part of the model as a message. */
  void part(int field, ModelPart part) {
    ProtoWriter message = new ProtoWriter(placing);
    (part instanceof OnnxConstant constant ? placing.apply(constant) : part).write(message);
    message(field, message);
  }

  /** Appends a message. */
  private ProtoWriter message(int field, ProtoWriter value) {
    header(field, value.byteSize());
    value.pieces.forEach(this::encoded);
    together.writeBytes(value.together.toByteArray());
    return this;
  }

  /** Appends whole fields, tags included. */
  ProtoWriter encoded(ByteSource fields) {
    if (fields instanceof HeldBytes(MemorySegment memory) && fields.byteSize() < LEAST_APART) {
      together.writeBytes(memory.toArray(ValueLayout.JAVA_BYTE));
      if (together.size() > MOST_TOGETHER) {
        endTogether();
      }
    } else if (fields.byteSize() > 0) {
      endTogether();
      pieces.add(fields);
      apart += fields.byteSize();
    }
    return this;
  }

  private void endTogether() {
    if (together.size() > 0) {
      pieces.add(ByteSource.of(together.toByteArray()));
      apart += together.size();
      together.reset();
    }
  }

  /** Returns how many of the bytes are not in memory. */
  long bytesElsewhere() {
    return pieces.stream()
        .filter(piece -> !(piece instanceof HeldBytes))
        .mapToLong(ByteSource::byteSize)
        .sum();
  }

  /** Returns the message as bytes in memory; for short ones. */
  ByteSource toBytes() {
    byte[] bytes = new byte[Math.toIntExact(byteSize())];
    copyInto(MemorySegment.ofArray(bytes));
    return ByteSource.of(bytes);
  }

  /** Copies the message into memory of at least its size. */
  void copyInto(MemorySegment target) {
    long offset = 0;
    for (ByteSource piece : pieces) {
      piece.copyInto(target.asSlice(offset, piece.byteSize()));
      offset += piece.byteSize();
    }
    MemorySegment last = MemorySegment.ofArray(together.toByteArray());
    MemorySegment.copy(last, 0, target, offset, last.byteSize());
  }

  /**
   * Writes the message.
   *
   * @param progress is called with each piece of what is not in memory
   */
  void writeTo(WritableByteChannel target, WriteProgress progress) throws IOException {
    for (ByteSource piece : pieces) {
      progress.write(piece, target);
    }
    ByteSource.of(together.toByteArray()).writeTo(target);
  }

  private void header(int field, long length) {
    tag(field, ProtoReader.LENGTH_DELIMITED);
    varint(length);
  }

  private void tag(int field, int wireType) {
    varint((long) field << TAG_BITS | wireType);
  }

  private void varint(long value) {
    long left = value;
    while ((left & ~0x7fL) != 0) {
      together.write((int) (left & 0x7f | 0x80));
      left >>>= 7;
    }
    together.write((int) left);
  }
}
