package io.github.npu4j.onnx;

import io.github.npu4j.internal.proto.ProtoReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A protobuf message under construction: a list of pieces, some new and some slices of the file
 * that is being rewritten. A piece is copied once, when the message is written.
 */
final class ProtoMessage {

  /** A channel takes this much of a piece at a time; a {@link ByteBuffer} ends at 2 GiB. */
  private static final long WRITE_STEP = 64L << 20;

  private final List<MemorySegment> pieces = new ArrayList<>();
  private long size;

  /** Returns the size of the message in bytes. */
  long byteSize() {
    return size;
  }

  /** Appends a whole field, tag included, as {@link ProtoReader#whole()} returns it. */
  ProtoMessage raw(MemorySegment field) {
    pieces.add(field);
    size += field.byteSize();
    return this;
  }

  /** Appends an integer. */
  ProtoMessage varint(int field, long value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    tag(bytes, field, ProtoReader.VARINT);
    varint(bytes, value);
    return raw(MemorySegment.ofArray(bytes.toByteArray()));
  }

  /** Appends a text. */
  ProtoMessage text(int field, String value) {
    return bytes(field, MemorySegment.ofArray(value.getBytes(StandardCharsets.UTF_8)));
  }

  /** Appends bytes. */
  ProtoMessage bytes(int field, MemorySegment value) {
    header(field, value.byteSize());
    return raw(value);
  }

  /** Appends bytes that lie in several places. */
  ProtoMessage bytes(int field, List<MemorySegment> parts) {
    header(field, parts.stream().mapToLong(MemorySegment::byteSize).sum());
    parts.forEach(this::raw);
    return this;
  }

  /** Appends a message. */
  ProtoMessage message(int field, ProtoMessage value) {
    header(field, value.size);
    pieces.addAll(value.pieces);
    size += value.size;
    return this;
  }

  /** Copies the message into memory of exactly its size. */
  void copyInto(MemorySegment target) {
    long offset = 0;
    for (MemorySegment piece : pieces) {
      MemorySegment.copy(piece, 0, target, offset, piece.byteSize());
      offset += piece.byteSize();
    }
  }

  /** Writes the message to a channel. */
  void writeTo(WritableByteChannel channel) throws IOException {
    for (MemorySegment piece : pieces) {
      for (long offset = 0; offset < piece.byteSize(); offset += WRITE_STEP) {
        ByteBuffer part =
            piece.asSlice(offset, Math.min(WRITE_STEP, piece.byteSize() - offset)).asByteBuffer();
        while (part.hasRemaining()) {
          channel.write(part);
        }
      }
    }
  }

  private void header(int field, long length) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    tag(bytes, field, ProtoReader.LENGTH_DELIMITED);
    varint(bytes, length);
    raw(MemorySegment.ofArray(bytes.toByteArray()));
  }

  private static void tag(ByteArrayOutputStream bytes, int field, int wireType) {
    varint(bytes, (long) field << 3 | wireType);
  }

  private static void varint(ByteArrayOutputStream bytes, long value) {
    long left = value;
    while ((left & ~0x7fL) != 0) {
      bytes.write((int) (left & 0x7f | 0x80));
      left >>>= 7;
    }
    bytes.write((int) left);
  }
}
