package io.github.npu4j.text;

import io.github.npu4j.artifact.VectorOutput;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.tensor.TensorSpec;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which output of a graph is an embedding, or becomes one by pooling. Chosen by name: of outputs
 * that have the same rank, only their names tell which is which.
 *
 * @param wanted what is known of the output
 * @param architecture the class that the model was saved from, such as {@code BertForMaskedLM}
 */
record OutputChoice(VectorOutput wanted, Optional<String> architecture) {

  /** The names that exporters give to one vector a text, {@code batch x dimensions}. */
  private static final Set<String> VECTORS =
      Set.of(
          "sentence_embedding", "sentence_embeddings", "dense_vecs", "embeddings", "text_embeds");

  /** The names that exporters give to hidden states, {@code batch x length x dimensions}. */
  private static final Set<String> HIDDEN_STATES =
      Set.of("last_hidden_state", "token_embeddings", "hidden_states");

  /** The names that exporters give to scores, which are no embedding. */
  private static final Set<String> SCORES =
      Set.of(
          "logits",
          "scores",
          "prediction_logits",
          "prediction_scores",
          "start_logits",
          "end_logits",
          "probabilities");

  private static final String ADVICE =
      "Name one with VectorOutput.withName in the description, if it is an embedding.";

  /**
   * Chooses.
   *
   * @throws BadModelException if there is none, or none that its name tells
   */
  TensorSpec of(List<TensorSpec> outputs) {
    if (wanted.name().isPresent()) {
      return named(outputs, wanted.name().get());
    }
    Optional<TensorSpec> vector = known(outputs, VECTORS, 2);
    Optional<TensorSpec> hidden = known(outputs, HIDDEN_STATES, 3);
    // Who says how to pool means the hidden states.
    Optional<TensorSpec> found =
        wanted.pooling().isEmpty() ? vector.or(() -> hidden) : hidden.or(() -> vector);
    if (found.isPresent()) {
      return found.get();
    }
    Optional<TensorSpec> scores =
        outputs.stream().filter(output -> SCORES.contains(output.name())).findFirst();
    if (scores.isPresent() || isHeaded()) {
      throw new BadModelException(
          "the model gives no embeddings",
          scores.map(output -> "its output is " + output + ": ").orElse("") + what(scores),
          ADVICE);
    }
    if (outputs.size() == 1 && isUsable(outputs.getFirst())) {
      return outputs.getFirst();
    }
    throw new BadModelException(
        "which output of the model is its embedding is not known",
        "its outputs are " + names(outputs),
        ADVICE);
  }

  private static TensorSpec named(List<TensorSpec> outputs, String name) {
    for (TensorSpec output : outputs) {
      if (output.name().equals(name)) {
        if (!isUsable(output)) {
          throw new BadModelException(
              "the output " + output + " is no embedding",
              "it has neither the shape batch x dimensions nor batch x length x dimensions",
              "The outputs are " + names(outputs) + ".");
        }
        return output;
      }
    }
    throw new BadModelException(
        "the model has no output \"" + name + "\"", "its outputs are " + names(outputs), "");
  }

  private static boolean isUsable(TensorSpec output) {
    int rank = output.shape().rank();
    return rank == 2 || rank == 3;
  }

  private static Optional<TensorSpec> known(List<TensorSpec> outputs, Set<String> names, int rank) {
    return outputs.stream()
        .filter(output -> names.contains(output.name()) && output.shape().rank() == rank)
        .findFirst();
  }

  /** Returns whether the model was saved with a head that makes scores. */
  private boolean isHeaded() {
    return architecture.map(name -> name.contains("For")).orElse(false);
  }

  private String what(Optional<TensorSpec> scores) {
    String name = architecture.orElse("");
    if (name.endsWith("ForMaskedLM") || name.endsWith("ForPreTraining")) {
      return "a fill-mask model (" + name + ")";
    }
    if (name.endsWith("ForTokenClassification")) {
      return "a model that classifies tokens (" + name + ")";
    }
    if (name.endsWith("ForQuestionAnswering")) {
      return "a model that finds answers in a text (" + name + ")";
    }
    boolean one =
        scores.isPresent()
            && scores.get().shape().rank() == 2
            && scores.get().shape().dimension(1) == 1;
    if (one) {
      return "one score a text, as a reranker gives" + (name.isEmpty() ? "" : " (" + name + ")");
    }
    if (name.endsWith("ForSequenceClassification")) {
      return "a reranker or a model that classifies texts (" + name + ")";
    }
    if (scores.isPresent() && scores.get().shape().rank() == 3) {
      return "scores for each token, as a fill-mask model gives";
    }
    return name.isEmpty() ? "scores of classes, as a classification model gives" : name;
  }

  private static String names(List<TensorSpec> outputs) {
    return outputs.stream().map(TensorSpec::toString).collect(Collectors.joining(", "));
  }
}
