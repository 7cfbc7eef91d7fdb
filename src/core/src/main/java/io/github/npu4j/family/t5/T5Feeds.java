package io.github.npu4j.family.t5;

import io.github.npu4j.engine.Binding;
import io.github.npu4j.engine.EngineKind;
import io.github.npu4j.engine.GraphSpec;
import io.github.npu4j.engine.Model;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.engine.feed.Feed;
import io.github.npu4j.engine.open.Models;
import io.github.npu4j.family.GraphFeeds;
import io.github.npu4j.family.decoder.DecoderStep;
import io.github.npu4j.family.decoder.PositionBias;
import io.github.npu4j.family.decoder.StaticDecoder;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.tensor.ElementType;
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
  }

  @Override
  public List<Feed> of(String name, GraphSpec graph, Map<String, Shape> shapes, Arena arena) {
    SplittableRandom random = new SplittableRandom(SEED);
    int tokens = text(random);
    boolean encodes =
        graph.inputs().stream().anyMatch(input -> input.name().equals(StaticDecoder.IDS));
    if (encodes) {
      String label = name + ": " + tokens + (tokens == 1 ? " token" : " tokens");
      return List.of(new Feed(label, copy(graph, encoder, arena)));
    }
    encoder.run();
    List<Feed> feeds = new ArrayList<>();
    StaticDecoder graphs = StaticDecoder.of(graph(encoderModel), graph(decoderModel));
    try (Arena scratch = Arena.ofConfined();
        DecoderStep step =
            new DecoderStep(
                graphs,
                graphs.hasPositionBias() ? PositionBias.read(bias, graphs, scratch) : null,
                decoder(),
                encoder)) {
      step.clear();
      step.begin(tokens);
      int token = start;
      for (int taken = 0; taken <= STEPS.getLast() && taken < graphs.maxNewTokens(); taken++) {
        step.place(token);
        if (STEPS.contains(taken)) {
          feeds.add(new Feed(name + ": step " + taken, copy(graph, step.binding(), arena)));
        }
        step.runPlaced();
        token = token(random);
      }
    }
    return feeds;
  }

  /** Fills the encoder's inputs to three quarters, and returns how many tokens these are. */
  private int text(SplittableRandom random) {
    MemorySegment ids = encoder.input(StaticDecoder.IDS);
    MemorySegment mask = encoder.input(StaticDecoder.MASK);
    int positions = Math.toIntExact(mask.byteSize() / Float.BYTES);
    int tokens = Math.max(1, positions * 3 / 4);
    ids.fill((byte) 0);
    StaticDecoder.show(mask, tokens);
    ElementType type = encoder.inputSpec(StaticDecoder.IDS).type();
    for (int i = 0; i < tokens; i++) {
      StaticDecoder.putId(ids, type, i, token(random));
    }
    return tokens;
  }

  private int token(SplittableRandom random) {
    return vocabulary <= FIRST_TOKEN ? 0 : random.nextInt(FIRST_TOKEN, vocabulary);
  }

  /** Returns a binding of the decoder, whose step closes it. */
  private Binding decoder() {
    return decoderModel.bind(decoderModel.graphs().getFirst());
  }

  private static GraphSpec graph(Model model) {
    return model.graph(model.graphs().getFirst());
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
