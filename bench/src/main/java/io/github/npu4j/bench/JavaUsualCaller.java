package io.github.npu4j.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** ORT's Java package as its documentation shows it: tensors made for the run, answer read out. */
final class JavaUsualCaller implements OrtCaller {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;
  private final Map<String, float[]> inputs = new HashMap<>();
  private final Map<String, long[]> shapes = new HashMap<>();
  private float[] output = {};

  JavaUsualCaller(Path model) throws Exception {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      session = environment.createSession(model.toString(), options);
    }
    int number = 0;
    for (String name : session.getInputNames()) {
      TensorInfo info = (TensorInfo) session.getInputInfo().get(name).getInfo();
      inputs.put(name, Expected.inputs(number++, info.getNumElements()));
      shapes.put(name, info.getShape());
    }
  }

  @Override
  public void run() throws Exception {
    Map<String, OnnxTensor> feed = new HashMap<>();
    try {
      for (Map.Entry<String, float[]> input : inputs.entrySet()) {
        feed.put(
            input.getKey(),
            OnnxTensor.createTensor(
                environment, FloatBuffer.wrap(input.getValue()), shapes.get(input.getKey())));
      }
      try (OrtSession.Result result = session.run(feed)) {
        FloatBuffer answer = ((OnnxTensor) result.get(0)).getFloatBuffer();
        output = new float[answer.remaining()];
        answer.get(output);
      }
    } finally {
      feed.values().forEach(OnnxTensor::close);
    }
  }

  @Override
  public float[] output() {
    return output;
  }

  @Override
  public void close() throws Exception {
    session.close();
  }
}
