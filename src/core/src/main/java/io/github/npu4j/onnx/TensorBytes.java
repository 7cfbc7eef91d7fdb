package io.github.npu4j.onnx;

import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;

/** The elements of a tensor with their type and shape: packed, row-major, little-endian. */
public interface TensorBytes extends ByteSource {

  /** Returns the type of the elements. */
  ElementType type();

  /** Returns the shape, static. */
  Shape shape();
}
