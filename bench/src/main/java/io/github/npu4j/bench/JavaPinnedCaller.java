package io.github.npu4j.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** ORT's Java package at its best: direct buffers, made once, for inputs and pinned outputs. */
final class JavaPinnedCaller implements OrtCaller {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final Map<String, OnnxTensor> inputs = new HashMap<>();
  private final Map<String, OnnxTensor> outputs = new HashMap<>();
  private final FloatBuffer answer;

  JavaPinnedCaller(Path model) throws Exception {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      session = environment.createSession(model.toString(), options);
    }
    int number = 0;
    for (String name : session.getInputNames()) {
      TensorInfo info = (TensorInfo) session.getInputInfo().get(name).getInfo();
      FloatBuffer buffer = direct(info.getNumElements());
      buffer.put(Expected.inputs(number++, info.getNumElements())).flip();
      inputs.put(name, OnnxTensor.createTensor(environment, buffer, info.getShape()));
    }
    String name = session.getOutputNames().iterator().next();
    TensorInfo info = (TensorInfo) session.getOutputInfo().get(name).getInfo();
    answer = direct(info.getNumElements());
    outputs.put(name, OnnxTensor.createTensor(environment, answer, info.getShape()));
  }

  private static FloatBuffer direct(long elements) {
    return ByteBuffer.allocateDirect(Math.toIntExact(elements * Float.BYTES))
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  @Override
  public void run() throws Exception {
    session.run(inputs, outputs).close();
  }

  @Override
  public float[] output() {
    float[] values = new float[answer.capacity()];
    answer.get(0, values);
    return values;
  }

  @Override
  public void close() throws Exception {
    inputs.values().forEach(OnnxTensor::close);
    outputs.values().forEach(OnnxTensor::close);
    session.close();
  }
}
