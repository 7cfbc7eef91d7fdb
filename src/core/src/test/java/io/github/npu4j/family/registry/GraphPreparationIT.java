package io.github.npu4j.family.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.npu4j.onnx.TinyBert;
import io.github.npu4j.store.Cache;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The fused form against the model it was made of, in ONNX Runtime. */
class GraphPreparationIT {

  private static final float TOLERANCE = 1e-5f;

  @TempDir private Path folder;

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();

  @Test
  void answersAsTheModelDoesUnderAnyMask() throws IOException, OrtException {
    Path model = new TinyBert().write(folder.resolve("m.onnx"));
    Path prepared =
        GraphPreparation.open(model, Cache.at(folder.resolve("cache")), Function.identity());
    assertNotEquals(model, prepared);
    try (OrtSession plain = environment.createSession(model.toString());
        OrtSession fused = environment.createSession(prepared.toString())) {
      Random random = new Random(6);
      for (int round = 0; round < 60; round++) {
        int batch = 1 + random.nextInt(4);
        int length = 1 + random.nextInt(12);
        Map<String, long[]> inputs = new HashMap<>();
        inputs.put("input_ids", random.longs(batch * length, 0, TinyBert.WORDS).toArray());
        inputs.put("token_type_ids", random.longs(batch * length, 0, 2).toArray());
        inputs.put("attention_mask", mask(random, batch, length));
        long[] shape = {batch, length};
        assertArrayEquals(
            run(plain, inputs, shape, this::longs),
            run(fused, inputs, shape, this::ints),
            TOLERANCE,
            "round " + round);
      }
    }
  }

  /** At least one token of each text counts, wherever it stands. */
  private static long[] mask(Random random, int batch, int length) {
    long[] mask = random.longs((long) batch * length, 0, 2).toArray();
    for (int row = 0; row < batch; row++) {
      mask[row * length + random.nextInt(length)] = 1;
    }
    return mask;
  }

  private interface Input {
    OnnxTensor of(long[] values, long[] shape) throws OrtException;
  }

  private OnnxTensor longs(long[] values, long[] shape) throws OrtException {
    return OnnxTensor.createTensor(environment, LongBuffer.wrap(values), shape);
  }

  private OnnxTensor ints(long[] values, long[] shape) throws OrtException {
    int[] narrow = IntStream.range(0, values.length).map(i -> (int) values[i]).toArray();
    return OnnxTensor.createTensor(environment, IntBuffer.wrap(narrow), shape);
  }

  private static float[] run(
      OrtSession session, Map<String, long[]> inputs, long[] shape, Input input)
      throws OrtException {
    Map<String, OnnxTensor> tensors = new HashMap<>();
    for (Map.Entry<String, long[]> entry : inputs.entrySet()) {
      tensors.put(entry.getKey(), input.of(entry.getValue(), shape));
    }
    try (OrtSession.Result result = session.run(tensors)) {
      FloatBuffer hidden = ((OnnxTensor) result.get(0)).getFloatBuffer();
      float[] values = new float[hidden.remaining()];
      hidden.get(values);
      return values;
    } finally {
      tensors.values().forEach(OnnxTensor::close);
    }
  }
}
