package io.github.npu4j.engine.execution;

import io.github.npu4j.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** One input or output of a binding: its spec, and the memory it is bound to if that is known. */
public final class BoundTensor {

  /** The tensor's position among the graph's inputs or outputs. */
  public final int index;

  /** Whether the tensor is an output whose size each run decides. */
  private boolean fetched;

  private TensorSpec spec;
  private @Nullable MemorySegment segment;

  BoundTensor(int index, TensorSpec spec) {
    this.index = index;
    this.spec = spec;
    this.fetched = !spec.shape().isStatic();
  }

  public String name() {
    return spec.name();
  }

  public TensorSpec spec() {
    return spec;
  }

  /** Returns whether the size of the tensor is known before any run. */
  public boolean isSized() {
    return !fetched;
  }

  /** Returns whether there is memory to read or write. */
  public boolean isBound() {
    return segment != null;
  }

  /**
   * Returns the memory.
   *
   * @throws IllegalStateException if the size is known only after a run and there was none
   */
  public MemorySegment segment() {
    MemorySegment bound = segment;
    if (bound == null) {
      throw new IllegalStateException(
          "output "
              + spec.name()
              + " has a size that is known only after a run, and there was none");
    }
    return bound;
  }

  public void bind(MemorySegment memory) {
    segment = memory;
  }

  /** Takes over memory and the shape that the caller gives it. */
  public void bind(TensorSpec given, MemorySegment memory) {
    spec = given;
    segment = memory;
    fetched = false;
  }

  /** Takes over what a run made of an output of unknown size. */
  public void became(TensorSpec actual, MemorySegment memory) {
    spec = actual;
    segment = memory;
  }
}
