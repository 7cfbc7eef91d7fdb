package io.github.npu4j.engine.ort;

import io.github.npu4j.ort.Ort;
import io.github.npu4j.ort.OrtTensor;
import io.github.npu4j.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The tensors of one binding, over memory of their own or of the caller. */
final class OrtMemory implements AutoCloseable {

  private final Ort ort;
  private final List<OrtTensor> own = new ArrayList<>();

  OrtMemory(Ort ort) {
    this.ort = ort;
  }

  Ort ort() {
    return ort;
  }

  /** Makes a tensor with memory of its own and returns that memory. */
  MemorySegment allocate(TensorSpec spec) {
    OrtTensor tensor = OrtTensor.allocate(ort, spec.type(), spec.shape());
    own.add(tensor);
    return tensor.data();
  }

  /** Does something with the tensor over some memory; one over the caller's is made for it. */
  void with(MemorySegment memory, TensorSpec spec, Consumer<OrtTensor> use) {
    for (OrtTensor tensor : own) {
      if (tensor.data() == memory && tensor.shape().equals(spec.shape())) {
        use.accept(tensor);
        return;
      }
    }
    try (OrtTensor over = OrtTensor.over(ort, memory, spec.type(), spec.shape())) {
      use.accept(over);
    }
  }

  @Override
  public void close() {
    own.forEach(OrtTensor::close);
  }
}
