package io.github.npu4j.tensor;

import java.util.Objects;
import java.util.Optional;

/**
 * The name, element type, shape and quantization of one graph input or output.
 *
 * @param name the tensor's name in its graph
 * @param type the type its elements are stored in
 * @param shape its dimensions; a dynamic one is {@link Shape#DYNAMIC}
 * @param quantization what stored integers mean, empty if they are what they are
 */
public record TensorSpec(
    String name, ElementType type, Shape shape, Optional<Quantization> quantization) {

  /** Checks that nothing is missing. */
  public TensorSpec {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(shape, "shape");
    Objects.requireNonNull(quantization, "quantization");
  }

  /** Makes the spec of a tensor that is not quantized. */
  public TensorSpec(String name, ElementType type, Shape shape) {
    this(name, type, shape, Optional.empty());
  }

  /** Makes the spec of a quantized tensor. */
  public TensorSpec(String name, ElementType type, Shape shape, Quantization quantization) {
    this(name, type, shape, Optional.of(quantization));
  }

  /**
   * Returns the size of the tensor's packed elements in bytes.
   *
   * @throws IllegalStateException if a dimension is dynamic
   * @throws ArithmeticException if the size does not fit in 63 bits
   */
  public long byteSize() {
    return type.byteSize(shape.elements());
  }

  /** Returns the same spec with another shape. */
  public TensorSpec withShape(Shape other) {
    return new TensorSpec(name, type, other, quantization);
  }

  /** Returns the spec as {@code name: FLOAT32 1x384}. */
  @Override
  public String toString() {
    return name + ": " + type + " " + shape + quantization.map(how -> " " + how).orElse("");
  }
}
