package io.github.npu4j.bench;

import io.github.npu4j.ort.IoBinding;
import io.github.npu4j.ort.Ort;
import io.github.npu4j.ort.OrtModel;
import io.github.npu4j.ort.OrtTensor;
import io.github.npu4j.ort.SessionOptions;
import io.github.npu4j.runtime.NativeRuntime;
import io.github.npu4j.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/** npu4j's binding of ONNX Runtime: tensors over off-heap memory, bound once. */
final class FfmCaller implements OrtCaller {
  private final OrtModel model;
  private final IoBinding binding;
  private final OrtTensor answer;

  FfmCaller(Path file) {
    Ort ort = Ort.load(NativeRuntime.find().onnxruntime().require());
    try (SessionOptions options = SessionOptions.create(ort)) {
      model = OrtModel.open(ort, file, options.intraOpThreads(1));
    }
    binding = model.bind();
    int number = 0;
    for (TensorSpec spec : model.inputs()) {
      OrtTensor input = OrtTensor.allocate(ort, spec.type(), spec.shape());
      float[] values = Expected.inputs(number++, spec.shape().elements());
      MemorySegment.copy(values, 0, input.data(), ValueLayout.JAVA_FLOAT, 0, values.length);
      binding.bindInput(spec.name(), input);
    }
    TensorSpec spec = model.outputs().getFirst();
    answer = OrtTensor.allocate(ort, spec.type(), spec.shape());
    binding.bindOutput(spec.name(), answer);
  }

  @Override
  public void run() {
    binding.run();
  }

  @Override
  public float[] output() {
    return answer.data().toArray(ValueLayout.JAVA_FLOAT);
  }

  @Override
  public void close() {
    model.close();
    answer.close();
  }
}
