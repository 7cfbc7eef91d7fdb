package io.github.npu4j.checkpoint;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.onnx.TensorBytes;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.util.List;

/**
 * A tensor of one or two axes whose elements are computed when they are written: out of a mapped
 * checkpoint, converted, transposed, joined, scaled or rounded on the way. Nothing but the rows
 * that are requested is ever in memory. It is float32 unless it is {@link #rounded}.
 *
 * <p>A vector is one row. Immutable; may be used by threads as long as its checkpoint is open.
 */
public abstract sealed class Weight implements TensorBytes {

  /** The floats that are in memory at a time. */
  private static final int BLOCK = 1 << 19;

  private final Shape shape;
  private final int rows;
  private final int columns;

  private Weight(Shape shape) {
    if (shape.rank() != 1 && shape.rank() != 2) {
      throw new IllegalArgumentException("a weight has one or two axes, not " + shape);
    }
    this.shape = shape;
    this.rows = shape.rank() == 1 ? 1 : Math.toIntExact(shape.dimension(0));
    this.columns = Math.toIntExact(shape.dimension(shape.rank() - 1));
  }

  /** Returns the shape: {@code [columns]} or {@code [rows, columns]}. */
  @Override
  public final Shape shape() {
    return shape;
  }

  /** Returns the type that the elements have in a file. */
  @Override
  public ElementType type() {
    return ElementType.FLOAT32;
  }

  @Override
  public final long byteSize() {
    return type().byteSize(shape.elements());
  }

  /** Computes the elements, a block of rows at a time. */
  @Override
  public final void writeTo(WritableByteChannel target) throws IOException {
    int height = Math.clamp(BLOCK / Math.max(1, columns), 1, Math.max(1, rows));
    float[] block = new float[Math.multiplyExact(height, columns)];
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(block.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int row = 0; row < rows; row += height) {
      int count = Math.min(height, rows - row);
      read(row, count, block, 0, columns);
      encode(block, count * columns, bytes.clear());
      while (bytes.hasRemaining()) {
        target.write(bytes);
      }
    }
  }

  private void encode(float[] block, int count, ByteBuffer bytes) {
    if (type() == ElementType.INT8) {
      for (int i = 0; i < count; i++) {
        bytes.put((byte) block[i]);
      }
      bytes.flip();
    } else {
      bytes.asFloatBuffer().put(block, 0, count);
      bytes.limit(count * Float.BYTES);
    }
  }

  public final int rows() {
    return rows;
  }

  public final int columns() {
    return columns;
  }

  /**
   * Computes some rows.
   *
   * @param first the first row
   * @param count how many
   * @param into where they go
   * @param at the index of the first row's first element
   * @param stride the elements from one row's begin to the next one's
   */
  public abstract void read(int first, int count, float[] into, int at, int stride);

  /**
   * Returns a tensor of a checkpoint.
   *
   * @throws BadModelException if there is none of that name, or its type is not float32, float16 or
   *     bfloat16
   */
  public static Weight of(TensorSource checkpoint, String name) {
    return new Stored(checkpoint, checkpoint.spec(name));
  }

  /** Returns a tensor of values in memory, which are not copied. */
  public static Weight of(float[] values, Shape shape) {
    return new Held(values, shape);
  }

  /** Returns the matrix with its axes exchanged: what a checkpoint's linear layer multiplies by. */
  public Weight transposed() {
    return new Transposed(this);
  }

  /** Returns the tensor times a number. */
  public Weight scaled(float factor) {
    return new Scaled(this, factor);
  }

  /**
   * Returns the tensor as 8-bit integers: each element divided by its column's scale, as {@link
   * #rounded(float, float)} does it.
   *
   * @param scales one a column, none 0; not copied
   */
  public Weight rounded(float[] scales) {
    return new Rounded(this, scales);
  }

  /** Returns the integer from -127 to 127 that stands for a value with some scale. */
  public static float rounded(float value, float scale) {
    return Math.clamp((float) Math.rint(value / scale), -127f, 127f);
  }

  /** Returns matrices of equal height as one, side by side. */
  public static Weight beside(List<Weight> parts) {
    return new Beside(parts);
  }

  private static final class Stored extends Weight {

    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

    /** The exponent of a float's bits: all of them are set in NaN and the infinities (IEEE 754). */
    private static final int EXPONENT = 0x7f800000;

    private final TensorSource checkpoint;
    private final TensorSpec spec;

    Stored(TensorSource checkpoint, TensorSpec spec) {
      super(usable(spec));
      this.checkpoint = checkpoint;
      this.spec = spec;
    }

    /**
     * Returns the shape of a tensor that a weight can be; the file that tells it may be hostile.
     */
    private static Shape usable(TensorSpec spec) {
      switch (spec.type()) {
        case FLOAT32, FLOAT16, BFLOAT16 -> {}
        default ->
            throw new BadModelException(
                "the checkpoint can't be used",
                "its tensor " + spec + " is of a type that weights don't have",
                "Save it as float32, float16 or bfloat16.");
      }
      Shape shape = spec.shape();
      boolean usable = shape.rank() == 1 || shape.rank() == 2;
      for (int axis = 0; usable && axis < shape.rank(); axis++) {
        usable = shape.dimension(axis) <= Integer.MAX_VALUE;
      }
      if (!usable) {
        throw new BadModelException(
            "the checkpoint can't be used",
            "its tensor " + spec + " has a shape that weights don't have",
            "Save or download the checkpoint again.");
      }
      return shape;
    }

    @Override
    public void read(int first, int count, float[] into, int at, int stride) {
      MemorySegment data = checkpoint.data(spec.name());
      for (int row = 0; row < count; row++) {
        row(data, (long) (first + row) * columns(), columns(), into, at + row * stride);
      }
    }

    /** Reads neighbouring elements, and refuses those that are not finite where the source does. */
    private void row(MemorySegment data, long from, int count, float[] into, int at) {
      copy(data, from, count, into, at);
      if (!checkpoint.mustBeFinite()) {
        return;
      }
      int largestExponent = 0;
      for (int i = 0; i < count; i++) {
        largestExponent =
            Math.max(largestExponent, Float.floatToRawIntBits(into[at + i]) & EXPONENT);
      }
      if (largestExponent == EXPONENT) {
        throw notFinite(from, count, into, at);
      }
    }

    private BadModelException notFinite(long from, int count, float[] into, int at) {
      int first = 0;
      while (first < count - 1 && Float.isFinite(into[at + first])) {
        first++;
      }
      return new BadModelException(
          "the checkpoint can't be used",
          "element " + (from + first) + " of its tensor " + spec + " is " + into[at + first],
          "Train or convert it again; a half-precision checkpoint may have passed its range.");
    }

    /** Copies neighbouring elements. */
    private void copy(MemorySegment data, long from, int count, float[] into, int at) {
      switch (spec.type()) {
        case FLOAT32 -> MemorySegment.copy(data, FLOAT, from * 4, into, at, count);
        case FLOAT16 -> {
          for (int i = 0; i < count; i++) {
            into[at + i] = Float.float16ToFloat(data.get(SHORT, (from + i) * 2));
          }
        }
        default -> {
          for (int i = 0; i < count; i++) {
            into[at + i] = Float.intBitsToFloat(data.get(SHORT, (from + i) * 2) << 16);
          }
        }
      }
    }

    /** Transposes without reading the whole of a row: a stripe of each is enough. */
    void readColumns(int first, int count, float[] into, int at, int stride) {
      MemorySegment data = checkpoint.data(spec.name());
      float[] stripe = new float[count];
      for (int row = 0; row < rows(); row++) {
        row(data, (long) row * columns() + first, count, stripe, 0);
        for (int i = 0; i < count; i++) {
          into[at + i * stride + row] = stripe[i];
        }
      }
    }
  }

  private static final class Held extends Weight {

    private final float[] values;

    Held(float[] values, Shape shape) {
      super(shape);
      if (values.length != shape.elements()) {
        throw new IllegalArgumentException(values.length + " values are not " + shape);
      }
      this.values = values;
    }

    @Override
    public void read(int first, int count, float[] into, int at, int stride) {
      for (int row = 0; row < count; row++) {
        System.arraycopy(values, (first + row) * columns(), into, at + row * stride, columns());
      }
    }
  }

  private static final class Transposed extends Weight {

    private final Weight source;

    Transposed(Weight source) {
      super(Shape.of(source.columns(), source.rows()));
      if (source.shape().rank() != 2) {
        throw new IllegalArgumentException("a vector can't be transposed");
      }
      this.source = source;
    }

    @Override
    public void read(int first, int count, float[] into, int at, int stride) {
      switch (source) {
        case Stored stored -> stored.readColumns(first, count, into, at, stride);
        case Transposed twice -> twice.source.read(first, count, into, at, stride);
        case Held _, Scaled _, Rounded _, Beside _ -> {
          float[] row = new float[source.columns()];
          for (int i = 0; i < source.rows(); i++) {
            source.read(i, 1, row, 0, row.length);
            for (int j = 0; j < count; j++) {
              into[at + j * stride + i] = row[first + j];
            }
          }
        }
      }
    }
  }

  private static final class Scaled extends Weight {

    private final Weight source;
    private final float factor;

    Scaled(Weight source, float factor) {
      super(source.shape());
      this.source = source;
      this.factor = factor;
    }

    @Override
    public void read(int first, int count, float[] into, int at, int stride) {
      source.read(first, count, into, at, stride);
      for (int row = 0; row < count; row++) {
        int begin = at + row * stride;
        for (int i = begin; i < begin + columns(); i++) {
          into[i] *= factor;
        }
      }
    }
  }

  private static final class Rounded extends Weight {

    private final Weight source;
    private final float[] scales;

    Rounded(Weight source, float[] scales) {
      super(source.shape());
      this.source = source;
      this.scales = scales;
      if (scales.length != columns()) {
        throw new IllegalArgumentException(scales.length + " scales are not one a column");
      }
    }

    @Override
    public ElementType type() {
      return ElementType.INT8;
    }

    @Override
    public void read(int first, int count, float[] into, int at, int stride) {
      source.read(first, count, into, at, stride);
      for (int row = 0; row < count; row++) {
        int begin = at + row * stride;
        for (int column = 0; column < columns(); column++) {
          into[begin + column] = rounded(into[begin + column], scales[column]);
        }
      }
    }
  }

  private static final class Beside extends Weight {

    private final List<Weight> parts;

    Beside(List<Weight> parts) {
      super(Shape.of(parts.getFirst().rows(), parts.stream().mapToLong(Weight::columns).sum()));
      this.parts = List.copyOf(parts);
      for (Weight part : parts) {
        if (part.shape().rank() != 2 || part.rows() != rows()) {
          throw new IllegalArgumentException("parts side by side differ in height: " + parts);
        }
      }
    }

    @Override
    public void read(int first, int count, float[] into, int at, int stride) {
      int column = at;
      for (Weight part : parts) {
        part.read(first, count, into, column, stride);
        column += part.columns();
      }
    }
  }
}
