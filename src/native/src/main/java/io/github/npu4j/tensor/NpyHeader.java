package io.github.npu4j.tensor;

import io.github.npu4j.error.BadInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The header of an {@code .npy} file: magic, version, length and a Python dictionary literal with
 * the keys {@code descr}, {@code fortran_order} and {@code shape}, as NEP 1 describes it.
 *
 * @param type the element type
 * @param shape the shape, product checked
 * @param bigEndian whether the elements' bytes have to be turned
 * @param fortranOrder whether the first axis is the one that runs fastest
 * @param dataOffset where the data begins, in bytes
 */
record NpyHeader(
    ElementType type, Shape shape, boolean bigEndian, boolean fortranOrder, long dataOffset) {

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /** NumPy's own limit is 10,000; a header beyond this one is not an honest one. */
  private static final int MAXIMUM_LENGTH = 1 << 16;

  /** NumPy's data begins at a multiple of this. */
  private static final int ALIGNMENT = 64;

  /** The most dimensions that NumPy 2 knows. */
  static final int MAXIMUM_RANK = 64;

  static NpyHeader read(FileChannel channel, String source) throws IOException {
    ByteBuffer prefix = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    readFully(channel, prefix, 0);
    int available = prefix.flip().limit();
    if (available < 10 || !Arrays.equals(Arrays.copyOf(prefix.array(), 6), MAGIC)) {
      throw refused(source, "it does not begin as an .npy file does");
    }
    int version = prefix.get(6);
    if (version < 1 || version > 3 || prefix.get(7) != 0) {
      throw refused(source, "its format version is " + version + "." + prefix.get(7));
    }
    int start = version == 1 ? 10 : 12;
    if (available < start) {
      throw refused(source, "the file is cut short in its header");
    }
    long length = version == 1 ? prefix.getShort(8) & 0xffff : prefix.getInt(8) & 0xffffffffL;
    if (length > MAXIMUM_LENGTH || start + length > channel.size()) {
      throw refused(source, "its header claims a length of " + length + " bytes");
    }
    ByteBuffer text = ByteBuffer.allocate((int) length);
    readFully(channel, text, start);
    if (text.hasRemaining()) {
      throw refused(source, "the file is cut short in its header");
    }
    return new NpyHeaderParser(new String(text.array(), StandardCharsets.UTF_8), source)
        .parse(start + length);
  }

  private static void readFully(FileChannel channel, ByteBuffer bytes, long offset)
      throws IOException {
    while (bytes.hasRemaining() && channel.read(bytes, offset + bytes.position()) >= 0) {
      // until full or at the end
    }
  }

  /** Returns magic, version, length and dictionary, padded so that the data is aligned. */
  static byte[] encode(ElementType type, Shape shape) {
    String dictionary =
        "{'descr': '"
            + descr(type)
            + "', 'fortran_order': False, 'shape': "
            + tuple(shape.toArray())
            + ", }";
    int unpadded = 10 + dictionary.length() + 1;
    int total = (unpadded + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    ByteBuffer bytes = ByteBuffer.allocate(total).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) (total - 10));
    bytes.put(dictionary.getBytes(StandardCharsets.US_ASCII));
    while (bytes.position() < total - 1) {
      bytes.put((byte) ' ');
    }
    return bytes.put((byte) '\n').array();
  }

  private static String tuple(long[] dimensions) {
    StringBuilder text = new StringBuilder("(");
    for (int axis = 0; axis < dimensions.length; axis++) {
      text.append(axis == 0 ? "" : ", ").append(dimensions[axis]);
    }
    return text.append(dimensions.length == 1 ? ",)" : ")").toString();
  }

  private static String descr(ElementType type) {
    return switch (type) {
      case FLOAT16 -> "<f2";
      case FLOAT32 -> "<f4";
      case FLOAT64 -> "<f8";
      case INT8 -> "|i1";
      case INT16 -> "<i2";
      case INT32 -> "<i4";
      case INT64 -> "<i8";
      case UINT8 -> "|u1";
      case UINT16 -> "<u2";
      case UINT32 -> "<u4";
      case UINT64 -> "<u8";
      case BOOL -> "|b1";
      default -> throw new IllegalArgumentException("NumPy has no type for " + type);
    };
  }

  static BadInputException refused(String source, String why) {
    return new BadInputException(
        "can't read " + source, why, "Save a plain numeric array with numpy.save.");
  }
}
