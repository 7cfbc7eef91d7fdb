package io.github.npu4j.checkpoint;

import io.github.npu4j.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.util.Set;

/**
 * Tensors whose values must all be finite where weights are made of them. They are looked at while
 * they are read, at no cost worth telling.
 *
 * @param tensors what is looked at; owned
 */
public record FiniteTensors(TensorSource tensors) implements TensorSource {

  @Override
  public Set<String> names() {
    return tensors.names();
  }

  @Override
  public TensorSpec spec(String name) {
    return tensors.spec(name);
  }

  @Override
  public MemorySegment data(String name) {
    return tensors.data(name);
  }

  @Override
  public boolean mustBeFinite() {
    return true;
  }

  @Override
  public void close() {
    tensors.close();
  }
}
