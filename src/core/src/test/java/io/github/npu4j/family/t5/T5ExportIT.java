package io.github.npu4j.family.t5;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtException;
import io.github.npu4j.onnx.ExportedT5;
import io.github.npu4j.onnx.ExportedT5.Decoded;
import io.github.npu4j.onnx.ExportedT5.Encoded;
import io.github.npu4j.store.Progress;
import io.github.npu4j.testing.T5Fixture;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The exported graphs in ONNX Runtime against PyTorch, on every recorded model. */
class T5ExportIT {

  /** The largest difference from PyTorch that is allowed, in fp32. */
  private static final float TOLERANCE = 1e-4f;

  @TempDir private Path folder;

  static List<T5Fixture> fixtures() {
    return T5Fixture.all();
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void answersAsPyTorchDoes(T5Fixture fixture) throws IOException, OrtException {
    fixture.write(folder.resolve("checkpoint"));
    Path out = folder.resolve("out");
    T5Config config;
    try (T5Checkpoint checkpoint = T5Checkpoint.open(folder.resolve("checkpoint"))) {
      config = checkpoint.config();
      new T5Export(checkpoint).writeFull(out, Progress.NONE);
    }
    try (ExportedT5 exported = new ExportedT5(out)) {
      for (T5Fixture.Case given : fixture.cases()) {
        Encoded encoded = exported.encode(given.ids(), 0);
        assertClose("encoder", join(given.encoder()), encoded.states());
        Encoded padded = exported.encode(given.ids(), 5);
        try (Decoded whole = exported.begin(padded, given.forced())) {
          assertClose("decoder", join(given.logits()), whole.logits());
        }
        compareSteps(exported, encoded, given);
        List<Integer> greedy =
            exported.greedy(
                encoded,
                config.tokens().start(),
                config.tokens().ends().getFirst(),
                given.greedy().length);
        assertEquals(Arrays.stream(given.greedy()).boxed().toList(), greedy);
      }
    }
  }

  /** One token, two together, and the rest one by one. */
  private static void compareSteps(ExportedT5 exported, Encoded encoded, T5Fixture.Case given)
      throws OrtException {
    int[] forced = given.forced();
    Decoded last = exported.begin(encoded, forced[0]);
    assertClose("first step", given.logits()[0], last.logits());
    last = exported.step(encoded, last, forced[1], forced[2]);
    assertClose("two steps", join(Arrays.copyOfRange(given.logits(), 1, 3)), last.logits());
    for (int at = 3; at < forced.length; at++) {
      last = exported.step(encoded, last, forced[at]);
      assertClose("step " + at, given.logits()[at], last.logits());
    }
    last.close();
  }

  private static float[] join(float[][] rows) {
    float[] joined = new float[rows.length * rows[0].length];
    for (int row = 0; row < rows.length; row++) {
      System.arraycopy(rows[row], 0, joined, row * rows[row].length, rows[row].length);
    }
    return joined;
  }

  private static void assertClose(String what, float[] expected, float[] actual) {
    assertEquals(expected.length, actual.length, what);
    float worst = 0;
    for (int i = 0; i < expected.length; i++) {
      worst = Math.max(worst, Math.abs(expected[i] - actual[i]));
    }
    assertTrue(worst <= TOLERANCE, what + " differs by " + worst);
  }
}
