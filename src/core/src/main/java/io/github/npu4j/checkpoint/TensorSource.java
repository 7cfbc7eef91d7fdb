package io.github.npu4j.checkpoint;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.util.Set;

/**
 * Named tensors, as slices of mapped files.
 *
 * <p>Nothing is copied or converted. May be shared by threads; {@link #close()} unmaps the files,
 * and a slice used after it throws {@link IllegalStateException}.
 */
public interface TensorSource extends AutoCloseable {

  /** Returns the names of all tensors, sorted. */
  Set<String> names();

  /**
   * Returns the type and shape of a tensor.
   *
   * @throws BadModelException if there is none of that name
   */
  TensorSpec spec(String name);

  /**
   * Returns the elements of a tensor: packed, row-major, little-endian, read-only, not aligned.
   *
   * @throws BadModelException if there is none of that name
   */
  MemorySegment data(String name);

  /**
   * Returns whether a weight that is made of these tensors refuses values that are not finite: a
   * model with such weights answers nothing.
   */
  default boolean mustBeFinite() {
    return false;
  }

  @Override
  void close();
}
