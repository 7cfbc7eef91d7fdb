package io.github.npu4j.text;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.tensor.ElementType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Whole numbers in the input of a text model, in the types that exporters choose for them. */
final class TokenInput {

  private TokenInput() {}

  /**
   * Writes one value.
   *
   * @param index counted in elements
   * @throws BadModelException if no exporter is known to use this type for tokens
   */
  static void set(MemorySegment memory, ElementType type, long index, long value) {
    switch (type) {
      case INT64 -> memory.set(ValueLayout.JAVA_LONG_UNALIGNED, index * 8, value);
      case INT32, UINT32 -> memory.set(ValueLayout.JAVA_INT_UNALIGNED, index * 4, (int) value);
      case FLOAT32 -> memory.set(ValueLayout.JAVA_FLOAT_UNALIGNED, index * 4, (float) value);
      default ->
          throw new BadModelException(
              "can't put tokens into a tensor of " + type,
              "text models take them as INT64, INT32, UINT32 or FLOAT32",
              "Export the model with one of these.");
    }
  }
}
