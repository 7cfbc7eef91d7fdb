package io.github.npu4j.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtEpDevice;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.github.npu4j.runtime.NativeRuntime;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * An ONNX Runtime session over an EPContext model, by ONNX Runtime's own Java package.
 *
 * @param epContext which of the two models
 */
record JavaSessionLoader(EpContext epContext) implements Loader {

  /** The environment, which has the plugin registered: both stay for the process. */
  private static final class Registered {
    private static final OrtEnvironment ENVIRONMENT = register();

    private static OrtEnvironment register() {
      NativeRuntime runtime = NativeRuntime.find();
      runtime.onnxruntime(); // points the Java package at the copy that all rivals use
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      try {
        environment.registerExecutionProviderLibrary(
            "QNN", runtime.qnnProvider().require().toString());
      } catch (OrtException refused) {
        throw new IllegalStateException(refused);
      }
      return environment;
    }
  }

  @Override
  public Path file(Path binary) {
    return epContext.of(binary);
  }

  @Override
  public Loaded load(Path binary) throws Exception {
    OrtEnvironment environment = Registered.ENVIRONMENT;
    List<OrtEpDevice> devices =
        environment.getEpDevices().stream()
            .filter(device -> device.getEpName().equals("QNN"))
            .limit(1)
            .toList();
    OrtSession session;
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      options.addConfigEntry("session.disable_cpu_ep_fallback", "1");
      options.addExecutionProvider(
          devices,
          Map.of("backend_path", NativeRuntime.find().qnnHtp().require().toString()));
      session = environment.createSession(file(binary).toString(), options);
    }
    String name = session.getInputNames().iterator().next();
    long[] shape = ((TensorInfo) session.getInputInfo().get(name).getInfo()).getShape();
    return new Loaded() {
      @Override
      public Map<String, Long> phases() {
        return Map.of();
      }

      @Override
      public float[] run(float[] values) throws Exception {
        try (OnnxTensor input =
                OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape);
            OrtSession.Result result = session.run(Map.of(name, input))) {
          FloatBuffer answer = ((OnnxTensor) result.get(0)).getFloatBuffer();
          float[] output = new float[answer.remaining()];
          answer.get(output);
          return output;
        }
      }

      @Override
      public void close() throws Exception {
        session.close();
      }
    };
  }
}
