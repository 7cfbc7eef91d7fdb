package io.github.npu4j.seq2seq.htp;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import io.github.npu4j.engine.Binding;
import io.github.npu4j.engine.EngineKind;
import io.github.npu4j.engine.GraphSpec;
import io.github.npu4j.engine.Model;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.engine.Placement;
import io.github.npu4j.engine.open.Models;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.family.registry.Families;
import io.github.npu4j.seq2seq.search.Decoder;
import io.github.npu4j.seq2seq.search.DecoderSource;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Npy;
import io.github.npu4j.tensor.OffHeap;
import io.github.npu4j.tensor.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The static graphs that were compiled for HTP: an encoder and a decoder for each bucket. */
public final class HtpModels implements DecoderSource {

  private final List<Model> models;
  private final TreeMap<Integer, HtpGraphs> buckets = new TreeMap<>();
  private final int start;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment bias;

  /**
   * Sorts graphs into buckets.
   *
   * @param models have the graphs; owned
   * @param start the decoder's start token
   */
  public HtpModels(List<Model> models, Path biasFile, int start) {
    this.models = models;
    this.start = start;
    try {
      for (GraphSpec encoder : graphs()) {
        if (HtpGraphs.isEncoder(encoder)) {
          int tokens = HtpGraphs.textTokens(encoder);
          decoderFor(tokens)
              .ifPresent(decoder -> buckets.put(tokens, HtpGraphs.of(encoder, decoder)));
        }
      }
      if (buckets.isEmpty()) {
        throw new BadModelException(
            "there is no encoder with a decoder of the same bucket",
            "the graphs are " + String.join(", ", graphs().stream().map(GraphSpec::name).toList()),
            "Compile what npu4j export wrote with npu4j compile.");
      }
      this.bias = reversed(biasFile, buckets.firstEntry().getValue());
    } catch (RuntimeException failed) {
      close();
      throw failed;
    }
  }

  /**
   * Opens the context binaries of a folder.
   *
   * @param start the decoder's start token
   * @throws io.github.npu4j.error.NpuException if the device is not there or can't run them
   */
  public static HtpModels open(Path folder, OpenOptions options, int start) {
    OpenOptions direct =
        options.engine().isEmpty() ? options.withEngine(EngineKind.DIRECT) : options;
    return new HtpModels(
        List.of(Models.open(folder, direct)),
        folder.resolve(Families.seq2SeqLayout(folder).positionBias().orElseThrow()),
        start);
  }

  private List<GraphSpec> graphs() {
    return models.stream().flatMap(model -> model.graphs().stream().map(model::graph)).toList();
  }

  private Optional<GraphSpec> decoderFor(int tokens) {
    return graphs().stream()
        .filter(graph -> HtpGraphs.isDecoder(graph) && HtpGraphs.textTokens(graph) == tokens)
        .findFirst();
  }

  /**
   * Reads the biases by falling distance, so that the row of a step is a piece of them.
   *
   * @return {@code [H, L]}; place {@code k} of a head is the bias of distance {@code L - 1 - k}
   */
  private MemorySegment reversed(Path file, HtpGraphs graphs) {
    if (!Files.isRegularFile(file)) {
      throw new ModelMissingException(
          "the decoder's position biases are missing",
          "there is no " + file,
          "Export the checkpoint again with npu4j export.");
    }
    try (Arena scratch = Arena.ofConfined()) {
      Npy table = Npy.read(file, scratch);
      Shape shape = Shape.of(graphs.heads(), graphs.slots());
      if (table.type() != ElementType.FLOAT32 || !table.shape().equals(shape)) {
        throw new BadModelException(
            file + " does not fit the decoder",
            "it is " + table.type() + " " + table.shape() + " and not FLOAT32 " + shape,
            "Export the checkpoint again, and compile it.");
      }
      MemorySegment reversed = OffHeap.allocate(arena, table.data().byteSize());
      for (int head = 0; head < graphs.heads(); head++) {
        long row = (long) head * graphs.slots();
        for (int place = 0; place < graphs.slots(); place++) {
          long distance = graphs.slots() - 1L - place;
          reversed.setAtIndex(
              JAVA_FLOAT, row + place, table.data().getAtIndex(JAVA_FLOAT, row + distance));
        }
      }
      return reversed;
    }
  }

  /** Returns the decoder's start token. */
  int start() {
    return start;
  }

  /** Returns the position biases by falling distance, {@code [H, L]}. */
  MemorySegment bias() {
    return bias;
  }

  HtpGraphs graphs(int bucket) {
    HtpGraphs graphs = buckets.get(bucket);
    if (graphs == null) {
      throw new IllegalArgumentException("there is no bucket of " + bucket + " tokens");
    }
    return graphs;
  }

  /** Makes a binding of a graph. */
  Binding bind(GraphSpec graph) {
    for (Model model : models) {
      if (model.graphs().contains(graph.name()) && model.graph(graph.name()).equals(graph)) {
        return model.bind(graph.name(), Map.of());
      }
    }
    throw new IllegalArgumentException("no model has the graph " + graph.name());
  }

  @Override
  public Placement placement() {
    return models.getFirst().placement();
  }

  @Override
  public int maxInputTokens() {
    return buckets.lastKey();
  }

  @Override
  public int maxNewTokens() {
    return buckets.firstEntry().getValue().slots();
  }

  @Override
  public int vocabulary() {
    return buckets.firstEntry().getValue().vocabulary();
  }

  @Override
  public int mostTexts() {
    return 1;
  }

  @Override
  public int bucket(int textTokens) {
    Integer bucket = buckets.ceilingKey(textTokens);
    if (bucket == null) {
      throw new IllegalArgumentException("no bucket takes " + textTokens + " tokens");
    }
    return bucket;
  }

  @Override
  public Decoder newDecoder(int bucket) {
    return new HtpDecoder(this, graphs(bucket));
  }

  @Override
  public void close() {
    models.forEach(Model::close);
    arena.close();
  }
}
