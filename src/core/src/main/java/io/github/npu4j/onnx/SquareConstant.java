package io.github.npu4j.onnx;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;

/**
 * The upper left corners of a float32 constant whose last two axes are equally long, such as the
 * position biases of an encoder.
 *
 * @param whole the matrices, one after another
 * @param side how long each axis is
 * @param length how much is kept of each axis
 */
record SquareConstant(ByteSource whole, long side, long length) implements ByteSource {

  private static final int MOST_AXES = 16;

  /** Far beyond any sequence; its square is far from the end of a long. */
  private static final long LONGEST_SIDE = 1 << 20;

  /**
   * Returns a constant with the upper left corner of its matrices.
   *
   * @param length how much is kept of each of the last two axes
   * @throws BadModelException if the constant is not square, not of float32, smaller, or not stored
   *     as packed bytes
   */
  static OnnxConstant corner(OnnxConstant constant, long length) {
    long[] sizes = constant.dimensions();
    int rank = sizes.length;
    if (rank > MOST_AXES) {
      throw bad(constant, "a tensor of more than " + MOST_AXES + " axes");
    }
    if (constant.type().orElse(null) != ElementType.FLOAT32) {
      throw bad(constant, "a constant of ONNX type " + constant.typeCode() + " and not float32");
    }
    long side = rank < 2 ? 0 : sizes[rank - 1];
    boolean square = side <= LONGEST_SIDE && side >= length && sizes[rank - 2] == side;
    ByteSource whole = constant.storedBytes();
    if (!square || whole == null) {
      throw bad(constant, "a constant of the sizes " + Arrays.toString(sizes));
    }
    long matrix = ElementType.FLOAT32.byteSize(side * side);
    sizes[rank - 1] = length;
    sizes[rank - 2] = length;
    SquareConstant corner = new SquareConstant(whole, side, length);
    if (whole.byteSize() % matrix != 0 || !fits(corner, sizes)) {
      throw bad(constant, "a constant of " + whole.byteSize() + " bytes");
    }
    return constant.with(ElementType.FLOAT32, Shape.of(sizes), corner);
  }

  private static boolean fits(SquareConstant corner, long[] sizes) {
    if (Arrays.stream(sizes).anyMatch(size -> size < 0)) {
      return false;
    }
    try {
      return ElementType.FLOAT32.byteSize(Shape.of(sizes).elements()) == corner.byteSize();
    } catch (ArithmeticException tooLarge) {
      return false;
    }
  }

  private static BadModelException bad(OnnxConstant constant, String why) {
    return ModelSource.bad("the constant \"" + constant.name() + "\" can't be cut", "it is " + why);
  }

  @Override
  public long byteSize() {
    return whole.byteSize() / (side * side) * length * length;
  }

  @Override
  public void writeTo(WritableByteChannel target) throws IOException {
    long row = ElementType.FLOAT32.byteSize(side);
    long kept = ElementType.FLOAT32.byteSize(length);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment all = whole.map(arena);
      for (long begin = 0; begin < all.byteSize(); begin += row * side) {
        for (long y = 0; y < length; y++) {
          new HeldBytes(all.asSlice(begin + y * row, kept)).writeTo(target);
        }
      }
    }
  }
}
