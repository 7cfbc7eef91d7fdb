package io.github.npu4j.text;

import io.github.npu4j.artifact.ModelDescription;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.runtime.Device;
import java.util.Objects;

/**
 * How an {@link Embedder} is to work. Immutable; each {@code with} method returns a changed copy.
 *
 * @param model where the model is to run and with what
 * @param cachedTexts how many texts' embeddings to keep for when they come again; 0 for none
 * @param batchTokens the most tokens of a batch, padding included, where the model takes batches
 * @param description what is known of the model that no file beside it says, or says otherwise;
 *     {@link ModelDescription#unknown()} if nothing
 */
public record EmbedderOptions(
    OpenOptions model, int cachedTexts, int batchTokens, ModelDescription description) {

  /**
   * Measured with MiniLM and texts of 4 to 120 words, one thread: batches of 256 to 512 tokens took
   * the least CPU time, those of 1024 about 8 % more, of 4096 15 %, and single texts 20 %. Larger
   * activations leave the second-level cache; shorter batches read the weights more often.
   */
  public static final int BATCH_TOKENS = 512;

  /** Checks the values. */
  public EmbedderOptions {
    Objects.requireNonNull(model, "model");
    Objects.requireNonNull(description, "description");
    if (cachedTexts < 0 || batchTokens < 1) {
      throw new IllegalArgumentException(
          cachedTexts + " cached texts or batches of " + batchTokens + " tokens can't be");
    }
  }

  /** Returns the options for the best device there is, without a cache. */
  public static EmbedderOptions defaults() {
    return new EmbedderOptions(
        OpenOptions.on(Device.AUTO), 0, BATCH_TOKENS, ModelDescription.unknown());
  }

  /** Returns a copy for a model that is opened in this way. */
  public EmbedderOptions withModel(OpenOptions opened) {
    return new EmbedderOptions(opened, cachedTexts, batchTokens, description);
  }

  /** Returns a copy for a device. */
  public EmbedderOptions withDevice(Device device) {
    return withModel(model.withDevice(device));
  }

  /** Returns a copy that keeps the embeddings of the {@code count} texts that were used last. */
  public EmbedderOptions withCachedTexts(int count) {
    return new EmbedderOptions(model, count, batchTokens, description);
  }

  /** Returns a copy with batches of another size. */
  public EmbedderOptions withBatchTokens(int tokens) {
    return new EmbedderOptions(model, cachedTexts, tokens, description);
  }

  /**
   * Returns a copy for a model of which this is known. What it says goes before the files beside
   * the model; what it leaves open is read from them.
   */
  public EmbedderOptions withDescription(ModelDescription known) {
    return new EmbedderOptions(model, cachedTexts, batchTokens, known);
  }
}
