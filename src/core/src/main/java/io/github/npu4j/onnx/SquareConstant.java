package io.github.npu4j.onnx;

import io.github.npu4j.internal.proto.ProtoReader;
import io.github.npu4j.tensor.ElementType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A float32 constant whose last two axes are equally long, such as the position biases of an
 * encoder, out of a TensorProto.
 *
 * @param name its name; empty if it has none
 * @param sizes its axes, outermost first
 * @param data its elements; {@code null} if they are not in the field for raw bytes
 */
record SquareConstant(String name, List<Long> sizes, @Nullable MemorySegment data) {

  private static final int MOST_AXES = 16;

  /** Far beyond any sequence; its square is far from the end of a long. */
  private static final long LONGEST_SIDE = 1 << 20;

  /** ONNX's number of float32. */
  private static final int FLOAT = 1;

  /**
   * Copies a TensorProto with the upper left corner of its matrices.
   *
   * @param length how much is kept of each of the last two axes
   * @throws io.github.npu4j.error.BadModelException if the tensor is not square, not of float32,
   *     smaller, or its elements are not in the field for raw bytes
   */
  static ProtoMessage corner(ProtoReader tensor, long length) {
    return read(tensor).cut(length, tensor);
  }

  private static SquareConstant read(ProtoReader tensor) {
    String name = "";
    List<Long> sizes = new ArrayList<>();
    MemorySegment data = null;
    long type = 0;
    while (tensor.next()) {
      switch (tensor.field()) {
        case 1 -> {
          sizes.add(tensor.varint());
          if (sizes.size() > MOST_AXES) {
            throw tensor.damaged("a tensor of more than " + MOST_AXES + " axes");
          }
        }
        case 2 -> type = tensor.varint();
        case 8 -> name = tensor.text(OnnxScanner.MAX_NAME);
        case 9 -> data = tensor.slice();
        default -> tensor.skip();
      }
    }
    if (type != FLOAT) {
      throw tensor.damaged("constant " + name + " of ONNX type " + type + " and not float32");
    }
    return new SquareConstant(name, sizes, data);
  }

  private ProtoMessage cut(long length, ProtoReader tensor) {
    int rank = sizes.size();
    long side = rank < 2 ? 0 : sizes.getLast();
    boolean square = side <= LONGEST_SIDE && side >= length && sizes.get(rank - 2) == side;
    if (!square || data == null) {
      throw tensor.damaged("constant " + name + " of the sizes " + sizes);
    }
    long row = ElementType.FLOAT32.byteSize(side);
    long matrix = row * side;
    if (data.byteSize() % matrix != 0) {
      throw tensor.damaged("constant " + name + " of " + data.byteSize() + " bytes");
    }
    ProtoMessage copy = new ProtoMessage();
    for (int axis = 0; axis < rank; axis++) {
      copy.varint(1, axis < rank - 2 ? sizes.get(axis) : length);
    }
    long kept = ElementType.FLOAT32.byteSize(length);
    List<MemorySegment> rows = new ArrayList<>();
    for (long begin = 0; begin < data.byteSize(); begin += matrix) {
      for (long y = 0; y < length; y++) {
        rows.add(data.asSlice(begin + y * row, kept));
      }
    }
    return copy.varint(2, FLOAT).text(8, name).bytes(9, rows);
  }
}
