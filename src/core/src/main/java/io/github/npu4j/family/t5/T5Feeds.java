package io.github.npu4j.family.t5;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.github.npu4j.engine.Binding;
import io.github.npu4j.engine.EngineKind;
import io.github.npu4j.engine.Feed;
import io.github.npu4j.engine.GraphSpec;
import io.github.npu4j.engine.Model;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.engine.open.Models;
import io.github.npu4j.family.GraphFeeds;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.tensor.Npy;
import io.github.npu4j.tensor.OffHeap;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * What the static graphs of a T5 are compared on: a text of random tokens that leaves part of the
 * encoder hidden, and the first steps of an answer to it. Keys and values are those that the CPU
 * computes, for no other ones are what a model can tell apart.
 */
final class T5Feeds implements GraphFeeds {

  private static final long SEED = 1;

  /** The first id that is no special token in any T5. */
  private static final int FIRST_TOKEN = 3;

  /** The steps of an answer that are compared. */
  private static final List<Integer> STEPS = List.of(0, 5);

  private final int vocabulary;
  private final int start;
  private final Model encoderModel;
  private final Model decoderModel;
  private final Binding encoder;
  private final Binding decoder;
  private final Path bias;

  /**
   * Opens the graphs on the CPU.
   *
   * @param encoder the encoder of a bucket
   * @param decoder its decoder
   * @param bias the decoder's position biases by distance
   * @param vocabulary how many tokens there are
   * @param start the decoder's start token
   */
  T5Feeds(Path encoder, Path decoder, Path bias, int vocabulary, int start) {
    OpenOptions cpu = OpenOptions.on(Device.CPU).withEngine(EngineKind.JAVA);
    this.vocabulary = vocabulary;
    this.start = start;
    this.bias = bias;
    this.encoderModel = Models.open(encoder, cpu);
    this.decoderModel = Models.open(decoder, cpu);
    this.encoder = encoderModel.bind(encoderModel.graphs().getFirst());
    this.decoder = decoderModel.bind(decoderModel.graphs().getFirst());
  }

  @Override
  public List<Feed> of(String name, GraphSpec graph, Map<String, Shape> shapes, Arena arena) {
    SplittableRandom random = new SplittableRandom(SEED);
    int tokens = text(random);
    boolean encodes = graph.inputs().stream().anyMatch(input -> input.name().equals("input_ids"));
    if (encodes) {
      String label = name + ": " + tokens + (tokens == 1 ? " token" : " tokens");
      return List.of(new Feed(label, copy(graph, encoder, arena)));
    }
    encoder.run();
    List<Feed> feeds = new ArrayList<>();
    begin(tokens);
    Table table = Table.read(bias);
    int token = start;
    for (int step = 0; step <= STEPS.getLast() && step < table.slots; step++) {
      place(table, step, token);
      if (STEPS.contains(step)) {
        feeds.add(new Feed(name + ": step " + step, copy(graph, decoder, arena)));
      }
      decoder.run();
      keep(table, step);
      token = token(random);
    }
    return feeds;
  }

  /** Fills the encoder's inputs to three quarters, and returns how many tokens these are. */
  private int text(SplittableRandom random) {
    MemorySegment ids = encoder.input("input_ids");
    MemorySegment mask = encoder.input("mask");
    int positions = Math.toIntExact(mask.byteSize() / Float.BYTES);
    int tokens = Math.max(1, positions * 3 / 4);
    ids.fill((byte) 0);
    for (int i = 0; i < positions; i++) {
      mask.setAtIndex(JAVA_FLOAT, i, i < tokens ? 0 : T5Export.HIDDEN);
      if (i < tokens) {
        ids.setAtIndex(JAVA_INT, i, token(random));
      }
    }
    return tokens;
  }

  private int token(SplittableRandom random) {
    return vocabulary <= FIRST_TOKEN ? 0 : random.nextInt(FIRST_TOKEN, vocabulary);
  }

  /** Gives the decoder the text, and no steps before the first. */
  private void begin(int tokens) {
    MemorySegment mask = decoder.input("cross_mask");
    for (int i = 0; i < mask.byteSize() / Float.BYTES; i++) {
      mask.setAtIndex(JAVA_FLOAT, i, i < tokens ? 0 : T5Export.HIDDEN);
    }
    for (TensorSpec made : graph(encoderModel).outputs()) {
      decoder.input(made.name()).copyFrom(encoder.output(made.name()));
    }
    for (TensorSpec input : graph(decoderModel).inputs()) {
      if (input.name().matches("self\\.[0-9]+\\..*")) {
        decoder.input(input.name()).fill((byte) 0);
      }
    }
  }

  private static GraphSpec graph(Model model) {
    return model.graph(model.graphs().getFirst());
  }

  /** The decoder's position biases by distance. */
  private record Table(float[] biases, int heads, int slots) {

    static Table read(Path file) {
      try (Arena arena = Arena.ofConfined()) {
        Npy npy = Npy.read(file, arena);
        return new Table(
            npy.data().toArray(JAVA_FLOAT),
            Math.toIntExact(npy.shape().dimension(0)),
            Math.toIntExact(npy.shape().dimension(1)));
      }
    }
  }

  /** Fills what a step takes besides keys and values. */
  private void place(Table table, int step, int token) {
    decoder.input("token").set(JAVA_INT, 0, token);
    MemorySegment mask = decoder.input("self_mask");
    MemorySegment row = decoder.input("position_bias");
    row.fill((byte) 0);
    for (int slot = 0; slot <= table.slots; slot++) {
      boolean seen = slot < step || slot == table.slots;
      mask.setAtIndex(JAVA_FLOAT, slot, seen ? 0 : T5Export.HIDDEN);
      for (int head = 0; head < table.heads && seen; head++) {
        int distance = slot == table.slots ? 0 : step - slot;
        row.setAtIndex(
            JAVA_FLOAT,
            (long) head * (table.slots + 1) + slot,
            table.biases[head * table.slots + distance]);
      }
    }
  }

  /** Puts the keys and values that a step made where the next one finds them. */
  private void keep(Table table, int step) {
    for (TensorSpec output : graph(decoderModel).outputs()) {
      if (output.name().startsWith("new.")) {
        MemorySegment made = decoder.output(output.name());
        MemorySegment kept = decoder.input("self." + output.name().substring("new.".length()));
        long bytes = made.byteSize() / table.heads;
        for (int head = 0; head < table.heads; head++) {
          long to = ((long) head * table.slots + step) * bytes;
          MemorySegment.copy(made, head * bytes, kept, to, bytes);
        }
      }
    }
  }

  private static Map<String, Feed.Value> copy(GraphSpec graph, Binding from, Arena arena) {
    Map<String, Feed.Value> values = new LinkedHashMap<>();
    for (TensorSpec input : graph.inputs()) {
      TensorSpec spec = from.inputSpec(input.name());
      MemorySegment copy = OffHeap.allocate(arena, spec);
      copy.copyFrom(from.input(input.name()));
      values.put(input.name(), new Feed.Value(spec, copy));
    }
    return values;
  }

  @Override
  public void close() {
    encoderModel.close();
    decoderModel.close();
  }
}
