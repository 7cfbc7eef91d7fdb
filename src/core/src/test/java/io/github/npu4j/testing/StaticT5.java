package io.github.npu4j.testing;

import io.github.npu4j.engine.Binding;
import io.github.npu4j.engine.Model;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.engine.open.Models;
import io.github.npu4j.tensor.Npy;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Runs the static graphs of a T5 with the least code there can be: the encoder, then the decoder
 * step by step. What the product does with them is to be compared with this.
 */
public final class StaticT5 implements AutoCloseable {

  private static final float HIDDEN = -1000;

  private final Model encoderModel;
  private final Model decoderModel;
  private final Binding encoder;
  private final Binding decoder;
  private final float[] biases;
  private final int heads;
  private final int positions;
  private final int slots;
  private final int width;
  private int step;

  /**
   * Opens both graphs.
   *
   * @param encoder an ONNX model or a context binary
   * @param decoder its decoder
   * @param bias the table of position biases by distance
   * @param options where they run
   */
  public StaticT5(Path encoder, Path decoder, Path bias, OpenOptions options) {
    this.encoderModel = Models.open(encoder, options);
    this.decoderModel = Models.open(decoder, options);
    this.encoder = encoderModel.bind(encoderModel.graphs().getFirst());
    this.decoder = decoderModel.bind(decoderModel.graphs().getFirst());
    try (Arena arena = Arena.ofConfined()) {
      Npy table = Npy.read(bias, arena);
      this.biases = table.data().toArray(ValueLayout.JAVA_FLOAT);
      this.heads = Math.toIntExact(table.shape().dimension(0));
      this.slots = Math.toIntExact(table.shape().dimension(1));
    }
    this.positions = Math.toIntExact(this.encoder.inputSpec("input_ids").shape().dimension(1));
    this.width = Math.toIntExact(this.decoder.inputSpec("self.0.key").shape().dimension(3));
  }

  /** Returns how many tokens the encoder takes. */
  public int positions() {
    return positions;
  }

  /** Runs the encoder and begins an answer. */
  public void encode(int[] ids) {
    MemorySegment tokens = encoder.input("input_ids");
    MemorySegment mask = encoder.input("mask");
    MemorySegment crossMask = decoder.input("cross_mask");
    for (int i = 0; i < positions; i++) {
      tokens.setAtIndex(ValueLayout.JAVA_INT, i, i < ids.length ? ids[i] : 0);
      mask.setAtIndex(ValueLayout.JAVA_FLOAT, i, i < ids.length ? 0 : HIDDEN);
      crossMask.setAtIndex(ValueLayout.JAVA_FLOAT, i, i < ids.length ? 0 : HIDDEN);
    }
    encoder.run();
    for (int layer = 0; layer < layers(); layer++) {
      for (String part : List.of("key", "value")) {
        String name = "cross." + layer + "." + part;
        decoder.input(name).copyFrom(encoder.output(name));
        decoder.input("self." + layer + "." + part).fill((byte) 0);
      }
    }
    step = 0;
  }

  /** Runs the decoder for one token and returns the logits. */
  public float[] step(int token) {
    decoder.input("token").set(ValueLayout.JAVA_INT, 0, token);
    MemorySegment row = decoder.input("position_bias");
    MemorySegment mask = decoder.input("self_mask");
    for (int slot = 0; slot <= slots; slot++) {
      boolean seen = slot < step || slot == slots;
      int distance = slot == slots ? 0 : Math.max(0, step - slot);
      mask.setAtIndex(ValueLayout.JAVA_FLOAT, slot, seen ? 0 : HIDDEN);
      for (int head = 0; head < heads; head++) {
        row.setAtIndex(
            ValueLayout.JAVA_FLOAT,
            (long) head * (slots + 1) + slot,
            biases[head * slots + Math.min(distance, slots - 1)]);
      }
    }
    decoder.run();
    long bytes = (long) width * Float.BYTES;
    for (int layer = 0; layer < layers(); layer++) {
      for (String part : List.of("key", "value")) {
        MemorySegment made = decoder.output("new." + layer + "." + part);
        MemorySegment cache = decoder.input("self." + layer + "." + part);
        for (int head = 0; head < heads && step < slots; head++) {
          long to = ((long) head * slots + step) * bytes;
          MemorySegment.copy(made, head * bytes, cache, to, bytes);
        }
      }
    }
    step++;
    return decoder.output("logits").toArray(ValueLayout.JAVA_FLOAT);
  }

  /**
   * Answers by greedy search.
   *
   * @param most the most tokens of an answer
   * @return the answer without the start token, with the end token if there is one
   */
  public int[] greedy(int[] ids, int most) {
    encode(ids);
    List<Integer> answer = new ArrayList<>();
    int token = 0;
    while (answer.size() < most && token != 1) {
      token = best(step(token));
      answer.add(token);
    }
    return answer.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Returns a copy of one of the last run's outputs. */
  public float[] output(String name) {
    Binding owner = name.startsWith("cross.") ? encoder : decoder;
    return owner.output(name).toArray(ValueLayout.JAVA_FLOAT);
  }

  /** Returns how many layers the decoder has. */
  public int layers() {
    return (int)
        decoderModel.graph(decoder.graph()).outputs().stream()
            .filter(output -> output.name().matches("new\\.[0-9]+\\.key"))
            .count();
  }

  @Override
  public void close() {
    encoderModel.close();
    decoderModel.close();
  }

  private static int best(float[] logits) {
    int best = 0;
    for (int token = 1; token < logits.length; token++) {
      best = logits[token] > logits[best] ? token : best;
    }
    return best;
  }

  /** Returns the cosine of the angle between two outputs. */
  public static double cosine(float[] one, float[] other) {
    double product = 0;
    double oneSquared = 0;
    double otherSquared = 0;
    for (int i = 0; i < one.length; i++) {
      product += (double) one[i] * other[i];
      oneSquared += (double) one[i] * one[i];
      otherSquared += (double) other[i] * other[i];
    }
    if (Arrays.equals(one, other)) {
      return 1;
    }
    return product / Math.sqrt(oneSquared * otherSquared);
  }
}
