package io.github.npu4j.ort;

import io.github.npu4j.runtime.NativeRuntime;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** ONNX Runtime's real library, and what the tests do with it all the time. */
final class RealOrt {

  static final Ort ORT = Ort.load(NativeRuntime.find().onnxruntime().require());

  private RealOrt() {}

  static OrtModel open(byte[] model) {
    try (SessionOptions options = SessionOptions.create(ORT).intraOpThreads(1)) {
      return open(model, options);
    }
  }

  static OrtModel open(byte[] model, SessionOptions options) {
    return open(ORT, model, options);
  }

  static OrtModel open(Ort ort, byte[] model, SessionOptions options) {
    try (Arena scratch = Arena.ofConfined()) {
      return OrtModel.open(ort, scratch.allocateFrom(ValueLayout.JAVA_BYTE, model), options);
    }
  }

  static OrtTensor floats(float... values) {
    OrtTensor tensor = floats(Shape.of(1, values.length));
    MemorySegment.copy(values, 0, tensor.data(), ValueLayout.JAVA_FLOAT, 0, values.length);
    return tensor;
  }

  static OrtTensor floats(Shape shape) {
    return OrtTensor.allocate(ORT, ElementType.FLOAT32, shape);
  }

  static float[] read(OrtTensor tensor) {
    return tensor.data().toArray(ValueLayout.JAVA_FLOAT);
  }
}
