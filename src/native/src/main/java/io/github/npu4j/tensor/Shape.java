package io.github.npu4j.tensor;

import java.util.Arrays;

/**
 * The dimensions of a tensor, outermost first; immutable.
 *
 * <p>A dimension is zero or more, or {@link #DYNAMIC} where the model leaves it open. A scalar has
 * no dimensions.
 */
public final class Shape {

  /** Stands for a dimension that is known only when the model runs. */
  public static final long DYNAMIC = -1;

  private static final Shape SCALAR = new Shape(new long[0]);

  private final long[] dimensions;

  private Shape(long[] dimensions) {
    this.dimensions = dimensions;
  }

  /**
   * Returns a shape of these dimensions.
   *
   * @throws IllegalArgumentException if one is negative and not {@link #DYNAMIC}
   */
  public static Shape of(long... dimensions) {
    if (dimensions.length == 0) {
      return SCALAR;
    }
    for (long dimension : dimensions) {
      if (dimension < DYNAMIC) {
        throw new IllegalArgumentException(
            "dimension " + dimension + " in " + Arrays.toString(dimensions) + " is negative");
      }
    }
    return new Shape(dimensions.clone());
  }

  /** Returns the number of dimensions. */
  public int rank() {
    return dimensions.length;
  }

  /**
   * Returns one dimension.
   *
   * @throws IndexOutOfBoundsException if there is no such axis
   */
  public long dimension(int axis) {
    return dimensions[axis];
  }

  /** Returns the dimensions in an array of the caller's own. */
  public long[] toArray() {
    return dimensions.clone();
  }

  /** Returns whether every dimension is known. */
  public boolean isStatic() {
    for (long dimension : dimensions) {
      if (dimension == DYNAMIC) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns the number of elements; one for a scalar.
   *
   * @throws IllegalStateException if a dimension is dynamic
   * @throws ArithmeticException if the product does not fit in 63 bits
   */
  public long elements() {
    long product = 1;
    for (long dimension : dimensions) {
      if (dimension == DYNAMIC) {
        throw new IllegalStateException("shape " + this + " has a dynamic dimension");
      }
      product = Math.multiplyExact(product, dimension);
    }
    return product;
  }

  /** Returns whether a tensor of the other, static shape can stand where this shape is declared. */
  public boolean accepts(Shape other) {
    if (other.rank() != rank()) {
      return false;
    }
    for (int axis = 0; axis < dimensions.length; axis++) {
      if (dimensions[axis] != DYNAMIC && dimensions[axis] != other.dimensions[axis]) {
        return false;
      }
    }
    return other.isStatic();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(dimensions, shape.dimensions);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dimensions);
  }

  /**
   * Returns the dimensions as {@code 1x384}, a dynamic one as {@code ?}, a scalar as {@code
   * scalar}.
   */
  @Override
  public String toString() {
    if (dimensions.length == 0) {
      return "scalar";
    }
    StringBuilder text = new StringBuilder();
    for (long dimension : dimensions) {
      text.append(text.isEmpty() ? "" : "x").append(dimension == DYNAMIC ? "?" : dimension);
    }
    return text.toString();
  }
}
