package io.github.npu4j.family.bert;

import io.github.npu4j.family.ExportRequest;
import io.github.npu4j.family.ExportedModel;
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

/** How a BERT checkpoint names its weights, and what stands behind its encoder. */
final class BertExport {

  /** The {@code model_type} of the checkpoints. */
  static final String MODEL_TYPE = "bert";

  /** The name in transformers' classes. */
  private static final String CLASS = "Bert";

  private static final String PREFIX = "bert.";
  private static final int LARGEST = 1 << 24;

  private static final List<String> HEADS =
      List.of(
          "Model",
          "ForMaskedLM",
          "ForPreTraining",
          "ForSequenceClassification",
          "ForTokenClassification");

  private static final EncoderNames NAMES =
      new EncoderNames(
          PREFIX,
          new EncoderNames.Embeddings(
              "embeddings.word_embeddings",
              "embeddings.position_embeddings",
              Optional.of("embeddings.token_type_embeddings"),
              "embeddings.LayerNorm"),
          "encoder.layer.",
          new EncoderNames.Attention(
              "attention.self.query",
              "attention.self.key",
              "attention.self.value",
              "attention.output.dense",
              "attention.output.LayerNorm"),
          new EncoderNames.FeedForward("intermediate.dense", "output.dense", "output.LayerNorm"));

  private static final EncoderArchitecture ARCHITECTURE =
      new EncoderArchitecture(
          MODEL_TYPE, NAMES, BertExport::sizes, BertExport::head, BertExport::isUnused);

  /** The second copy of the masked-word layer's summand, and the other head of pre-training. */
  private static final Set<String> UNUSED =
      Set.of(
          "cls.predictions.decoder.weight",
          "cls.predictions.decoder.bias",
          "cls.seq_relationship.weight",
          "cls.seq_relationship.bias");

  private BertExport() {}

  static ExportedModel run(ExportRequest request, Progress progress) throws IOException {
    return EncoderExport.run(ARCHITECTURE, request, progress);
  }

  /** The pooler is trained with every BERT and used by classifiers of texts only. */
  private static boolean isUnused(String name) {
    return UNUSED.contains(name)
        || name.endsWith("embeddings.position_ids")
        || name.endsWith("pooler.dense.weight")
        || name.endsWith("pooler.dense.bias");
  }

  private static EncoderSizes sizes(JsonObject config) {
    String positions = config.optionalString("position_embedding_type");
    if (positions != null && !positions.equals("absolute")) {
      throw config.bad(
          "position_embedding_type", "is \"" + positions + "\"; npu4j exports absolute positions");
    }
    if (config.bool("is_decoder", false)) {
      throw config.bad("is_decoder", "is true; npu4j exports BERT as an encoder");
    }
    return new EncoderSizes(
        config.integer("vocab_size", 1, LARGEST),
        config.integer("max_position_embeddings", 1, LARGEST),
        config.integer("type_vocab_size", 1, LARGEST),
        config.integer("hidden_size", 1, LARGEST),
        config.integer("intermediate_size", 1, LARGEST),
        config.integer("num_hidden_layers", 1, LARGEST),
        config.integer("num_attention_heads", 1, LARGEST),
        (float) config.number("layer_norm_eps"),
        EncoderSizes.Activation.of(config.string("hidden_act")));
  }

  private static EncoderGraph.Head head(JsonObject config) {
    String head = CheckpointHeads.of(config, CLASS);
    return switch (head) {
      case "Model" -> EncoderGraph.Head.NONE;
      case "ForMaskedLM", "ForPreTraining" -> BertExport::maskedWords;
      case "ForSequenceClassification" ->
          (graph, hidden) -> {
            Value first = graph.linear(graph.first(hidden), PREFIX + "pooler.dense", graph.width());
            int labels = CheckpointHeads.labels(config);
            Value pooled = graph.graph().op("Tanh", first);
            graph.classLogits(graph.linear(pooled, "classifier", labels), labels, false);
          };
      case "ForTokenClassification" ->
          (graph, hidden) -> {
            int labels = CheckpointHeads.labels(config);
            graph.classLogits(graph.linear(hidden, "classifier", labels), labels, true);
          };
      default -> throw CheckpointHeads.unknown(head, HEADS);
    };
  }

  private static void maskedWords(EncoderGraph graph, Value hidden) {
    String transform = "cls.predictions.transform.";
    Value wide = graph.activate(graph.linear(hidden, transform + "dense", graph.width()));
    graph.tokenLogits(
        graph.norm(wide, transform + "LayerNorm"),
        "cls.predictions.bias",
        "cls.predictions.decoder.weight");
  }
}
