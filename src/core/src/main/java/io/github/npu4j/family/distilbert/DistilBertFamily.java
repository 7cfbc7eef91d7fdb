package io.github.npu4j.family.distilbert;

import io.github.npu4j.family.ExportRequest;
import io.github.npu4j.family.ExportedModel;
import io.github.npu4j.family.ModelFamily;
import io.github.npu4j.family.encoder.CheckpointHeads;
import io.github.npu4j.family.encoder.EncoderArchitecture;
import io.github.npu4j.family.encoder.EncoderExport;
import io.github.npu4j.family.encoder.EncoderGraph;
import io.github.npu4j.family.encoder.EncoderNames;
import io.github.npu4j.family.encoder.EncoderSizes;
import io.github.npu4j.onnx.GraphBuilder.Value;
import io.github.npu4j.store.JsonObject;
import io.github.npu4j.store.Progress;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** DistilBERT, alone or with a head for masked words or for classes. */
public final class DistilBertFamily implements ModelFamily {

  private static final String NAME = "distilbert";

  /** The name in transformers' classes. */
  private static final String CLASS = "DistilBert";

  /**
   * What transformers' norms add to the variance in this architecture; no configuration says it.
   */
  private static final float EPSILON = 1e-12f;

  private static final int LARGEST = 1 << 24;

  private static final List<String> HEADS =
      List.of("Model", "ForMaskedLM", "ForSequenceClassification", "ForTokenClassification");

  private static final EncoderNames NAMES =
      new EncoderNames(
          "distilbert.",
          new EncoderNames.Embeddings(
              "embeddings.word_embeddings",
              "embeddings.position_embeddings",
              Optional.empty(),
              "embeddings.LayerNorm"),
          "transformer.layer.",
          new EncoderNames.Attention(
              "attention.q_lin",
              "attention.k_lin",
              "attention.v_lin",
              "attention.out_lin",
              "sa_layer_norm"),
          new EncoderNames.FeedForward("ffn.lin1", "ffn.lin2", "output_layer_norm"));

  private static final EncoderArchitecture ARCHITECTURE =
      new EncoderArchitecture(
          NAME,
          NAMES,
          DistilBertFamily::sizes,
          DistilBertFamily::head,
          // The masked-word layer's matrix where it is the table of embeddings; old buffers.
          name ->
              name.equals("vocab_projector.weight") || name.endsWith("embeddings.position_ids"));

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String title() {
    return "DistilBERT";
  }

  @Override
  public Set<String> modelTypes() {
    return Set.of(NAME);
  }

  @Override
  public ExportedModel export(ExportRequest request, Progress progress) throws IOException {
    return EncoderExport.run(ARCHITECTURE, request, progress);
  }

  private static EncoderSizes sizes(JsonObject config) {
    return new EncoderSizes(
        config.integer("vocab_size", 1, LARGEST),
        config.integer("max_position_embeddings", 1, LARGEST),
        0,
        config.integer("dim", 1, LARGEST),
        config.integer("hidden_dim", 1, LARGEST),
        config.integer("n_layers", 1, LARGEST),
        config.integer("n_heads", 1, LARGEST),
        EPSILON,
        EncoderSizes.Activation.of(config.string("activation")));
  }

  private static EncoderGraph.Head head(JsonObject config) {
    String head = CheckpointHeads.of(config, CLASS);
    return switch (head) {
      case "Model" -> EncoderGraph.Head.NONE;
      case "ForMaskedLM" ->
          (graph, hidden) -> {
            Value wide = graph.activate(graph.linear(hidden, "vocab_transform", graph.width()));
            graph.tokenLogits(
                graph.norm(wide, "vocab_layer_norm"),
                "vocab_projector.bias",
                "vocab_projector.weight");
          };
      case "ForSequenceClassification" ->
          (graph, hidden) -> {
            Value first = graph.linear(graph.first(hidden), "pre_classifier", graph.width());
            int labels = CheckpointHeads.labels(config);
            graph.classLogits(
                graph.linear(graph.graph().op("Relu", first), "classifier", labels), labels, false);
          };
      case "ForTokenClassification" ->
          (graph, hidden) -> {
            int labels = CheckpointHeads.labels(config);
            graph.classLogits(graph.linear(hidden, "classifier", labels), labels, true);
          };
      default -> throw CheckpointHeads.unknown(head, HEADS);
    };
  }
}
