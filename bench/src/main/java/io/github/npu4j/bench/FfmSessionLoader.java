package io.github.npu4j.bench;

import io.github.npu4j.ort.EpDevice;
import io.github.npu4j.ort.IoBinding;
import io.github.npu4j.ort.LogLevel;
import io.github.npu4j.ort.Ort;
import io.github.npu4j.ort.OrtModel;
import io.github.npu4j.ort.OrtTensor;
import io.github.npu4j.ort.SessionOptions;
import io.github.npu4j.runtime.NativeRuntime;
import io.github.npu4j.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * An ONNX Runtime session over an EPContext model, by npu4j's binding alone: no check of npu4j's
 * comes before.
 *
 * @param epContext which of the two models
 */
record FfmSessionLoader(EpContext epContext) implements Loader {

  @Override
  public Path file(Path binary) {
    return epContext.of(binary);
  }

  @Override
  public Loaded load(Path binary) {
    NativeRuntime runtime = NativeRuntime.find();
    Ort ort = Ort.load(runtime.onnxruntime().require());
    ort.registerLibrary("QNN", runtime.qnnProvider().require());
    List<EpDevice> devices =
        ort.devices().stream().filter(device -> device.epName().equals("QNN")).limit(1).toList();
    OrtModel model;
    try (SessionOptions options = SessionOptions.create(ort)) {
      options.logLevel(LogLevel.ERROR).config("session.disable_cpu_ep_fallback", "1");
      String backend = runtime.qnnHtp().require().toString();
      options.providers().devices(devices, Map.of("backend_path", backend));
      model = OrtModel.open(ort, file(binary), options);
    }
    TensorSpec inputSpec = model.inputs().getFirst();
    TensorSpec outputSpec = model.outputs().getFirst();
    OrtTensor input = OrtTensor.allocate(ort, inputSpec.type(), inputSpec.shape());
    OrtTensor output = OrtTensor.allocate(ort, outputSpec.type(), outputSpec.shape());
    IoBinding binding = model.bind();
    binding.bindInput(inputSpec.name(), input);
    binding.bindOutput(outputSpec.name(), output);
    return new Loaded() {
      @Override
      public Map<String, Long> phases() {
        return Map.of();
      }

      @Override
      public float[] run(float[] values) {
        MemorySegment.copy(values, 0, input.data(), ValueLayout.JAVA_FLOAT, 0, values.length);
        binding.run();
        return output.data().toArray(ValueLayout.JAVA_FLOAT);
      }

      @Override
      public void close() {
        model.close();
        input.close();
        output.close();
      }
    };
  }
}
