package io.github.npu4j.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The three files of an exported T5, run one sentence at a time by ONNX Runtime's Java package. */
public final class ExportedT5 implements AutoCloseable {

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession encoder;
  private final OrtSession first;
  private final OrtSession next;

  public ExportedT5(Path folder) throws OrtException {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      encoder = session(folder.resolve("encoder_model.onnx"), options);
      first = session(folder.resolve("decoder_model.onnx"), options);
      next = session(folder.resolve("decoder_with_past_model.onnx"), options);
    }
  }

  private OrtSession session(Path file, OrtSession.SessionOptions options) throws OrtException {
    return environment.createSession(file.toString(), options);
  }

  /** What the encoder made of some ids, and the mask that goes with it. */
  public record Encoded(float[] states, int positions, int width, long[] mask) {}

  /** The logits of a decoder's run, and the cached keys and values by the names of inputs. */
  public record Decoded(float[] logits, Map<String, OnnxTensor> cache) implements AutoCloseable {
    @Override
    public void close() {
      cache.values().forEach(OnnxTensor::close);
    }
  }

  /** Encodes ids, followed by padding that the mask hides. */
  public Encoded encode(int[] ids, int hidden) throws OrtException {
    long[] padded = Arrays.stream(Arrays.copyOf(ids, ids.length + hidden)).asLongStream().toArray();
    long[] mask = new long[padded.length];
    Arrays.fill(mask, 0, ids.length, 1);
    try (OnnxTensor input = longs(padded);
        OnnxTensor maskInput = longs(mask);
        OrtSession.Result result =
            encoder.run(Map.of("input_ids", input, "attention_mask", maskInput))) {
      OnnxTensor states = (OnnxTensor) result.get(0);
      int width = (int) states.getInfo().getShape()[2];
      return new Encoded(floats(states), padded.length, width, mask);
    }
  }

  public Decoded begin(Encoded encoded, int... ids) throws OrtException {
    try (OnnxTensor states =
        OnnxTensor.createTensor(
            environment,
            FloatBuffer.wrap(encoded.states),
            new long[] {1, encoded.positions, encoded.width})) {
      return run(first, encoded, ids, Map.of("encoder_hidden_states", states));
    }
  }

  /** Runs steps that follow others; the cache given is used up. */
  public Decoded step(Encoded encoded, Decoded before, int... ids) throws OrtException {
    Decoded after = run(next, encoded, ids, before.cache);
    before.cache.forEach((name, tensor) -> {
      if (after.cache.putIfAbsent(name, tensor) != null) {
        tensor.close();
      }
    });
    return after;
  }

  /** Decodes greedily up to an end token, included, or the most tokens. */
  public List<Integer> greedy(Encoded encoded, int start, int end, int most) throws OrtException {
    List<Integer> answer = new ArrayList<>();
    Decoded last = begin(encoded, start);
    while (true) {
      int best = best(last.logits);
      answer.add(best);
      if (best == end || answer.size() == most) {
        last.close();
        return answer;
      }
      last = step(encoded, last, best);
    }
  }

  private Decoded run(
      OrtSession session, Encoded encoded, int[] ids, Map<String, OnnxTensor> others)
      throws OrtException {
    try (OnnxTensor input = longs(Arrays.stream(ids).asLongStream().toArray());
        OnnxTensor mask = longs(encoded.mask)) {
      Map<String, OnnxTensor> inputs = new HashMap<>(others);
      inputs.put("input_ids", input);
      inputs.put("encoder_attention_mask", mask);
      OrtSession.Result result = session.run(inputs);
      Map<String, OnnxTensor> cache = new HashMap<>();
      result.forEach(entry -> {
        if (entry.getKey().startsWith("present.")) {
          cache.put(
              entry.getKey().replace("present.", "past_key_values."),
              (OnnxTensor) entry.getValue());
        }
      });
      try (OnnxTensor logits = (OnnxTensor) result.get("logits").orElseThrow()) {
        return new Decoded(floats(logits), cache);
      }
    }
  }

  private OnnxTensor longs(long[] row) throws OrtException {
    return OnnxTensor.createTensor(environment, LongBuffer.wrap(row), new long[] {1, row.length});
  }

  private static float[] floats(OnnxTensor tensor) {
    FloatBuffer values = tensor.getFloatBuffer();
    float[] copy = new float[values.remaining()];
    values.get(copy);
    return copy;
  }

  private static int best(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    return best;
  }

  @Override
  public void close() throws OrtException {
    encoder.close();
    first.close();
    next.close();
  }
}
