package io.github.npu4j.family.t5;

import io.github.npu4j.checkpoint.Checkpoint;
import io.github.npu4j.checkpoint.FiniteTensors;
import io.github.npu4j.checkpoint.TensorSource;
import io.github.npu4j.checkpoint.Weight;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.family.CheckpointConfig;
import io.github.npu4j.tensor.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A T5 checkpoint folder whose weights were held against its configuration: every tensor that the
 * architecture has is there, in its shape, and none is left over. Copies of the embedding under the
 * names that tie it are allowed where they are equal to it.
 *
 * <p>Names are PyTorch's, without {@code .weight}. May be shared by threads; {@link #close()}
 * unmaps the files.
 */
public final class T5Checkpoint implements AutoCloseable {

  /** The embedding's name, and of the output layer where both are tied. */
  public static final String EMBEDDING = "shared";

  /** The output layer's name. */
  public static final String OUTPUT = "lm_head";

  private static final String SUFFIX = ".weight";
  private static final List<String> EMBEDDING_COPIES =
      List.of("encoder.embed_tokens", "decoder.embed_tokens");

  /** T5 1.0's own checkpoints have it, and no code ever used it. */
  private static final String UNUSED =
      "decoder.block.0.layer.1.EncDecAttention.relative_attention_bias";

  private final T5Config config;
  private final TensorSource weights;
  private final String embedding;
  private final boolean tied;

  private T5Checkpoint(T5Config config, TensorSource weights) {
    this.config = config;
    this.weights = weights;
    this.embedding = embedding(weights.names());
    Map<String, Shape> expected = expected();
    expected.forEach(this::require);
    requireNothingElse(expected.keySet());
    this.tied = !has(OUTPUT) || config.output().tied() && sameBytes(OUTPUT, embedding);
    if (!has(OUTPUT) && !config.output().tied()) {
      throw bad(
          "it has no tensor " + OUTPUT + SUFFIX + ", and its configuration unties the embeddings",
          "Save or download the checkpoint again.");
    }
  }

  /**
   * Opens a checkpoint folder: its {@code config.json} and its weights in any form that {@link
   * Checkpoint#open} reads.
   *
   * @throws ModelMissingException if there is no such folder
   * @throws BadModelException if a file is missing or damaged, the architecture is not known, or
   *     weights and configuration disagree
   */
  public static T5Checkpoint open(Path folder) {
    return open(folder, weights -> weights);
  }

  /** Opens a checkpoint folder whose weights are refused where they are read and not finite. */
  static T5Checkpoint openFinite(Path folder) {
    return open(folder, FiniteTensors::new);
  }

  private static T5Checkpoint open(Path folder, UnaryOperator<TensorSource> view) {
    if (!Files.isDirectory(folder)) {
      throw new ModelMissingException(
          "there is no checkpoint folder " + folder,
          "no such folder",
          "Name the folder that save_pretrained wrote.");
    }
    T5Config config = T5Config.read(folder);
    TensorSource weights = view.apply(weights(folder));
    try {
      return new T5Checkpoint(config, weights);
    } catch (Throwable failed) {
      weights.close();
      throw failed;
    }
  }

  /** Returns the architecture. */
  public T5Config config() {
    return config;
  }

  /** Returns whether the output layer is the embedding. */
  public boolean tied() {
    return tied;
  }

  /** Returns the name of the output layer's weight, which is the embedding's if they are tied. */
  public String outputLayer() {
    return tied ? EMBEDDING : OUTPUT;
  }

  /**
   * Returns a weight as the checkpoint has it: a linear layer's is {@code [out, in]}.
   *
   * @param name without {@code .weight}
   * @throws BadModelException if the architecture has no such tensor, or it is of a type that
   *     weights don't have
   */
  public Weight weight(String name) {
    return Weight.of(weights, stored(name) + SUFFIX);
  }

  /**
   * Returns the weight of a linear layer as ONNX's MatMul takes it, {@code [in, out]}.
   *
   * @param name without {@code .weight}
   */
  public Weight linear(String name) {
    return weight(name).transposed();
  }

  /** Returns the sum of the sizes of all tensors in bytes. */
  public long byteSize() {
    return weights.names().stream().mapToLong(name -> weights.spec(name).byteSize()).sum();
  }

  /** Unmaps the weights; idempotent. */
  @Override
  public void close() {
    weights.close();
  }

  private static TensorSource weights(Path folder) {
    try {
      return Checkpoint.open(folder);
    } catch (ModelMissingException incomplete) {
      throw new BadModelException(
          incomplete.what(), incomplete.why(), incomplete.advice(), incomplete);
    }
  }

  private String stored(String name) {
    return name.equals(EMBEDDING) || name.equals(OUTPUT) && tied ? embedding : name;
  }

  private boolean has(String name) {
    return weights.names().contains(name + SUFFIX);
  }

  private static String embedding(Set<String> names) {
    List<String> candidates = new ArrayList<>(List.of(EMBEDDING));
    candidates.addAll(EMBEDDING_COPIES);
    return candidates.stream()
        .filter(name -> names.contains(name + SUFFIX))
        .findFirst()
        .orElse(EMBEDDING);
  }

  /** Returns the names and shapes of what has to be there. */
  private Map<String, Shape> expected() {
    Map<String, Shape> expected = new LinkedHashMap<>();
    expected.put(embedding, Shape.of(config.vocabulary(), config.width()));
    stack(expected, T5Stack.ENCODER);
    stack(expected, T5Stack.DECODER);
    return expected;
  }

  private void stack(Map<String, Shape> expected, T5Stack stack) {
    Shape norm = Shape.of(config.width());
    for (int layer = 0; layer < stack.layers(config); layer++) {
      for (String attention : stack.attentions(layer)) {
        Shape in = Shape.of(config.attention().width(), config.width());
        List.of("q", "k", "v").forEach(name -> expected.put(attention + "." + name, in));
        expected.put(attention + ".o", Shape.of(config.width(), config.attention().width()));
        expected.put(T5Stack.normBefore(attention), norm);
      }
      String feedForward = stack.feedForward(layer);
      Shape up = Shape.of(config.feedForward().width(), config.width());
      T5Stack.up(config).forEach(name -> expected.put(feedForward + "." + name, up));
      expected.put(feedForward + ".wo", Shape.of(config.width(), config.feedForward().width()));
      expected.put(T5Stack.normBefore(feedForward), norm);
    }
    expected.put(
        stack.positionBias(),
        Shape.of(config.attention().positionBuckets(), config.attention().heads()));
    expected.put(stack.finalNorm(), norm);
  }

  private void require(String name, Shape shape) {
    String tensor = name + SUFFIX;
    if (!weights.names().contains(tensor)) {
      throw bad("it has no tensor " + tensor, "Save or download the checkpoint again.");
    }
    Shape found = weights.spec(tensor).shape();
    if (!found.equals(shape)) {
      throw bad(
          "its tensor "
              + tensor
              + " has the shape "
              + found
              + ", and "
              + CheckpointConfig.FILE
              + " asks for "
              + shape,
          "Weights and configuration must come from the same model.");
    }
    Weight.of(weights, tensor); // refuses a type that weights don't have
  }

  private void requireNothingElse(Set<String> expected) {
    for (String tensor : weights.names()) {
      String name =
          tensor.endsWith(SUFFIX) ? tensor.substring(0, tensor.length() - SUFFIX.length()) : "";
      if (expected.contains(name) || name.equals(UNUSED)) {
        continue;
      }
      if (name.equals(OUTPUT)) {
        require(OUTPUT, Shape.of(config.vocabulary(), config.width()));
      } else if (!EMBEDDING_COPIES.contains(name)) {
        throw bad(
            "its tensor " + tensor + " is left over: the architecture has no such weight",
            "Only a T5 for conditional generation can be exported, without adapters.");
      } else if (!sameBytes(name, embedding)) {
        throw bad(
            tensor + " is not equal to " + embedding + SUFFIX + ", which it should be a copy of",
            "npu4j exports models whose encoder and decoder share one embedding.");
      }
    }
  }

  private boolean sameBytes(String one, String other) {
    return weights.data(one + SUFFIX).mismatch(weights.data(other + SUFFIX)) < 0;
  }

  private static BadModelException bad(String why, String advice) {
    return new BadModelException("the checkpoint can't be used", why, advice);
  }
}
