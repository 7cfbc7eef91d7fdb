package io.github.npu4j.tensor;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.internal.file.AtomicFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * An array of NumPy's {@code .npy} format, read into and written from off-heap memory.
 *
 * <p>Versions 1.0, 2.0 and 3.0 are read; what is written is the lowest that fits. The data in
 * memory is always little-endian and in C order: big-endian and Fortran-ordered files are turned
 * while reading. Sizes come from the header only after they were checked against the file, so a
 * hostile file costs no memory.
 *
 * <p>NumPy has no type for some of ours; {@link #write} stores their raw bits instead, and {@link
 * #dataFor} takes them back: {@code BFLOAT16} as {@code uint16} and the 8-bit floats as {@code
 * uint8} of the same shape, the types of less than 8 bits as a one-dimensional {@code uint8} array
 * of the packed bytes. The raw types {@code V1} and {@code V2} that other tools write for them are
 * read as {@code UINT8} and {@code UINT16}. Text, structured and complex arrays are refused, and so
 * are Python objects, which are pickles and would run code.
 *
 * @param type the element type as stored
 * @param shape the static shape
 * @param data the packed elements; owned by the allocator that was given to {@link #read}
 */
public record Npy(ElementType type, Shape shape, MemorySegment data) {

  private static final long MAXIMUM_TRANSFER = 1L << 30;

  /**
   * Checks the size.
   *
   * @throws IllegalArgumentException if the data has not exactly the size that type and shape need
   */
  public Npy {
    if (data.byteSize() != type.byteSize(shape.elements())) {
      throw new IllegalArgumentException(
          data.byteSize() + " bytes are not a " + type + " array of shape " + shape);
    }
  }

  /**
   * Reads a file.
   *
   * @param file a regular file
   * @param allocator where the data goes; its arena owns it
   * @throws BadInputException if there is no such file or it is not an array of a supported type
   */
  public static Npy read(Path file, SegmentAllocator allocator) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return read(channel, file.toString(), allocator);
    } catch (NoSuchFileException e) {
      throw new BadInputException("can't read " + file, "there is no such file", "", e);
    } catch (IOException e) {
      throw new BadInputException("can't read " + file, String.valueOf(e.getMessage()), "", e);
    }
  }

  private static Npy read(FileChannel channel, String source, SegmentAllocator allocator)
      throws IOException {
    NpyHeader header = NpyHeader.read(channel, source);
    long bytes = header.type().byteSize(header.shape().elements());
    long available = channel.size() - header.dataOffset();
    if (available != bytes) {
      throw new BadInputException(
          "can't read " + source,
          available < bytes
              ? "the file is cut short: its header announces "
                  + bytes
                  + " bytes of data and it has "
                  + available
              : "it has " + (available - bytes) + " bytes after its array",
          "Save one array to a file, with numpy.save.");
    }
    MemorySegment data = OffHeap.allocate(allocator, bytes);
    if (header.fortranOrder() && header.shape().rank() > 1) {
      try (Arena scratch = Arena.ofConfined()) {
        MemorySegment columns = OffHeap.allocate(scratch, bytes);
        fill(columns, channel, header.dataOffset(), source);
        NpyLayout.toRowMajor(columns, data, header.type(), header.shape());
      }
    } else {
      fill(data, channel, header.dataOffset(), source);
    }
    if (header.bigEndian()) {
      NpyLayout.swapBytes(data, header.type());
    }
    if (header.type() == ElementType.BOOL) {
      NpyLayout.requireBooleans(data, source);
    }
    return new Npy(header.type(), header.shape(), data);
  }

  private static void fill(MemorySegment data, FileChannel channel, long offset, String source)
      throws IOException {
    long position = 0;
    while (position < data.byteSize()) {
      int count = channel.read(window(data, position), offset + position);
      if (count < 0) {
        throw new BadInputException("can't read " + source, "it was cut short meanwhile", "");
      }
      position += count;
    }
  }

  /**
   * Returns the data as a tensor's input.
   *
   * @param spec the tensor to fill; dynamic dimensions take any size
   * @return {@link #data()}
   * @throws BadInputException if type or shape are others, save for the raw views named above
   */
  public MemorySegment dataFor(TensorSpec spec) {
    boolean packed = spec.type().bits() < 8;
    boolean sameShape = spec.shape().accepts(shape);
    boolean packedShape =
        packed && spec.shape().isStatic() && shape.equals(Shape.of(spec.byteSize()));
    if (rawType(spec.type()) != type || !(packed ? packedShape : sameShape)) {
      throw new BadInputException(
          "can't use this array as " + spec,
          "it is " + type + " " + shape,
          rawType(spec.type()) == type
              ? "Give an array of that shape."
              : "Convert it, in NumPy with .astype(), to " + rawType(spec.type()) + ".");
    }
    return data;
  }

  /**
   * Writes the array to a file, which appears whole or not at all.
   *
   * @param file replaced if it exists
   * @throws BadInputException if the file can't be written
   */
  public void write(Path file) {
    try {
      AtomicFile.write(file, this::writeTo);
    } catch (IOException e) {
      throw new BadInputException("can't write " + file, e.toString(), "", e);
    }
  }

  /**
   * Writes the array to a channel.
   *
   * @param channel where to; stays open
   * @throws IOException if the channel fails
   */
  public void writeTo(WritableByteChannel channel) throws IOException {
    Shape stored = type.bits() < 8 ? Shape.of(data.byteSize()) : shape;
    writeFully(channel, ByteBuffer.wrap(NpyHeader.encode(rawType(type), stored)));
    if (data.isNative()) {
      for (long position = 0; position < data.byteSize(); position += MAXIMUM_TRANSFER) {
        writeFully(channel, window(data, position));
      }
    } else {
      writeFromHeap(channel);
    }
  }

  private void writeFromHeap(WritableByteChannel channel) throws IOException {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment block = scratch.allocate(Math.clamp(data.byteSize(), 1, 1 << 16));
      for (long position = 0; position < data.byteSize(); position += block.byteSize()) {
        long count = Math.min(block.byteSize(), data.byteSize() - position);
        MemorySegment.copy(data, position, block, 0, count);
        writeFully(channel, block.asSlice(0, count).asByteBuffer());
      }
    }
  }

  private static void writeFully(WritableByteChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static ByteBuffer window(MemorySegment data, long position) {
    long count = Math.min(MAXIMUM_TRANSFER, data.byteSize() - position);
    return data.asSlice(position, count).asByteBuffer();
  }

  /** Returns the type that NumPy has for the bits of ours. */
  private static ElementType rawType(ElementType type) {
    return switch (type) {
      case BFLOAT16 -> ElementType.UINT16;
      case INT2, UINT2, INT4, UINT4, FLOAT4E2M1 -> ElementType.UINT8;
      case FLOAT8E4M3FN, FLOAT8E4M3FNUZ, FLOAT8E5M2, FLOAT8E5M2FNUZ, FLOAT8E8M0 ->
          ElementType.UINT8;
      default -> type;
    };
  }
}
