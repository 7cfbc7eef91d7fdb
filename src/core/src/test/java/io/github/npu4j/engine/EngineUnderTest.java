package io.github.npu4j.engine;

import io.github.npu4j.engine.direct.DirectEngine;
import io.github.npu4j.engine.javaort.JavaOrtEngine;
import io.github.npu4j.engine.ort.OrtEngine;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.runtime.Platform;
import io.github.npu4j.runtime.libraries.LoadedLibraries;
import io.github.npu4j.store.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** One engine as the common suite sees it. */
public enum EngineUnderTest {
  /** The reference. */
  JAVA_ORT(EngineKind.JAVA, Device.CPU, 0) {
    @Override
    Model open(Sample sample) {
      return JavaOrtEngine.open(sample.onnx(device()), options());
    }
  },
  /** ONNX Runtime's own CPU provider through the foreign-function interface. */
  ORT_CPU(EngineKind.ORT, Device.CPU, 1e-5f) {
    @Override
    Model open(Sample sample) {
      return OrtEngine.open(sample.onnx(device()), options());
    }
  },
  /** A context binary by QNN alone, in the emulator. */
  DIRECT(EngineKind.DIRECT, Device.EMULATOR, 2e-2f) {
    @Override
    Model open(Sample sample) {
      return DirectEngine.open(CompiledModels.binary(sample.onnx(device())), options());
    }
  },
  /** The same context binary by ONNX Runtime's QNN provider. */
  ORT_QNN(EngineKind.ORT, Device.EMULATOR, 2e-2f) {
    @Override
    Model open(Sample sample) {
      return OrtEngine.open(CompiledModels.epContext(sample.onnx(device())), options());
    }
  };

  private final EngineKind kind;
  private final Device device;
  private final float tolerance;

  EngineUnderTest(EngineKind kind, Device device, float tolerance) {
    this.kind = kind;
    this.device = device;
    this.tolerance = tolerance;
  }

  /** The models of the suite. */
  public enum Sample {
    /** Two layers, microseconds. */
    MLP,
    /** A chain of products that takes tenths of a second on its device. */
    SLOW;

    public Path onnx(Device device) {
      try {
        if (this == MLP) {
          return TestModels.mlp(CompiledModels.FOLDER);
        }
        return device == Device.CPU
            ? TestModels.slow(CompiledModels.FOLDER, 768, 60)
            : TestModels.slow(CompiledModels.FOLDER, 384, 12);
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

  Device device() {
    return device;
  }

  /** The largest absolute difference from the reference. */
  float tolerance() {
    return tolerance;
  }

  OpenOptions options() {
    return OpenOptions.on(device).withThreads(1);
  }

  public static float[] sampleInput(long seed) {
    Random random = new Random(seed);
    float[] x = new float[TestModels.WIDTH];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }

  public static float[] reference(float[] x) {
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
  static void printLibraries() {
    for (String library : List.of("onnxruntime", "onnxruntime_providers_qnn", "QnnHtp")) {
      for (Path file : LoadedLibraries.named(library)) {
        try {
          System.err.println(
              Platform.current() + " " + file.getFileName() + " sha256 " + Digest.sha256(file));
        } catch (IOException gone) {
          System.err.println(file + " can't be read: " + gone.getMessage());
        }
      }
    }
  }
}
