package io.github.npu4j.seq2seq.htp;

import io.github.npu4j.engine.Binding;
import io.github.npu4j.engine.CpuRewrite;
import io.github.npu4j.engine.EngineKind;
import io.github.npu4j.engine.GraphSpec;
import io.github.npu4j.engine.Model;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.engine.Placement;
import io.github.npu4j.engine.open.Models;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.family.decoder.PositionBias;
import io.github.npu4j.family.decoder.StaticDecoder;
import io.github.npu4j.family.registry.Families;
import io.github.npu4j.seq2seq.search.Decoder;
import io.github.npu4j.seq2seq.search.DecoderSource;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The static graphs that were compiled for HTP: an encoder and a decoder for each bucket. */
public final class HtpModels implements DecoderSource {

  private final List<Model> models;
  private final TreeMap<Integer, StaticDecoder> buckets = new TreeMap<>();
  private final int start;
  private final Arena arena = Arena.ofShared();
  private final @Nullable PositionBias bias;

  /**
   * Sorts graphs into buckets.
   *
   * @param models have the graphs; owned
   * @param biasFile the position biases of decoders that take them
   * @param start the decoder's start token
   */
  public HtpModels(List<Model> models, @Nullable Path biasFile, int start) {
    this.models = models;
    this.start = start;
    try {
      for (GraphSpec encoder : graphs()) {
        if (StaticDecoder.isEncoder(encoder)) {
          int tokens = StaticDecoder.maxInputTokens(encoder);
          decoderFor(tokens)
              .ifPresent(decoder -> buckets.put(tokens, StaticDecoder.of(encoder, decoder)));
        }
      }
      if (buckets.isEmpty()) {
        throw new BadModelException(
            "there is no encoder with a decoder of the same bucket",
            "the graphs are " + String.join(", ", graphs().stream().map(GraphSpec::name).toList()),
            "Compile what npu4j export wrote with npu4j compile.");
      }
      StaticDecoder first = buckets.firstEntry().getValue();
      if (first.hasPositionBias() && biasFile == null) {
        throw new BadModelException(
            "the decoder's position biases are missing",
            "the model's family names no file for them",
            "Export the checkpoint again, and compile it.");
      }
      this.bias =
          first.hasPositionBias() && biasFile != null
              ? PositionBias.read(biasFile, first, arena)
              : null;
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
        List.of(Models.open(folder, direct, CpuRewrite.AS_IS)),
        Families.seq2SeqLayout(folder).positionBias().map(folder::resolve).orElse(null),
        start);
  }

  private List<GraphSpec> graphs() {
    return models.stream().flatMap(model -> model.graphs().stream().map(model::graph)).toList();
  }

  private Optional<GraphSpec> decoderFor(int tokens) {
    return graphs().stream()
        .filter(graph ->
            StaticDecoder.isDecoder(graph) && StaticDecoder.maxInputTokens(graph) == tokens)
        .findFirst();
  }

  /** Returns the decoder's start token. */
  int start() {
    return start;
  }

  /** Returns the position biases, for decoders that take them. */
  @Nullable PositionBias bias() {
    return bias;
  }

  StaticDecoder graphs(int bucket) {
    StaticDecoder graphs = buckets.get(bucket);
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
    return buckets.firstEntry().getValue().maxNewTokens();
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
