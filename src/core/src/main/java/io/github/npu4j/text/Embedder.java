package io.github.npu4j.text;

import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.catalog.ModelCatalog;
import io.github.npu4j.engine.Placement;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.internal.concurrent.CallGate;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.tokenizer.Encoding;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/**
 * Turns texts into vectors.
 *
 * <pre>{@code
 * try (Embedder embedder = Embedder.open("minilm", Device.AUTO)) {
 *   float[] vector = embedder.embed("How do I reset my password?");
 * }
 * }</pre>
 *
 * <p><b>Length.</b> A text of more than {@link #maximumTokens()} tokens is cut at its end; every
 * method tells. An empty text has the special tokens of the model's template and so an embedding,
 * unless the template has none: then it is a {@link BadInputException}. On a device each text is
 * padded to the smallest bucket that holds it; a graph of dynamic shape runs without padding.
 *
 * <p><b>Threads.</b> May be shared; each call works on a binding of its own from a pool. {@link
 * #close()} waits for the runs in flight, may be called twice, and embedding after it is an {@link
 * IllegalStateException}, also of a text in the cache.
 *
 * <p><b>Memory.</b> After a few texts of the same length, {@link #embed(String, Role, float[],
 * int)} and {@link #embed(String, Role, MemorySegment)} allocate nothing but what the tokenizer
 * does and, if there is one, the prefix before the text.
 */
public final class Embedder implements AutoCloseable {

  private final OpenedTextModel opened;
  private final TextEncoder encoder;
  private final TextRunner runner;
  private final int batchTokens;
  private final KnownTexts known;
  private final CallGate gate;

  private Embedder(OpenedTextModel opened, EmbedderOptions options) {
    this.opened = opened;
    this.gate = new CallGate("the embedder of " + opened.name());
    this.encoder = opened.encoder();
    this.runner = opened.runner();
    this.batchTokens = runner.pool().takesBatches() ? options.batchTokens() : 1;
    this.known = new KnownTexts(options.cachedTexts());
  }

  /**
   * Opens a model on a device.
   *
   * @param model the name of a model of the catalog that was pulled, such as {@code minilm}, or the
   *     path of a model folder
   * @param device where to run; {@link Device#AUTO} for the best there is
   * @throws ModelMissingException if there is no such model
   * @throws BadModelException if it is not an embedding model
   * @throws NpuException if the device can't run it
   */
  public static Embedder open(String model, Device device) {
    return open(model, EmbedderOptions.on(device));
  }

  /**
   * Opens a model with options.
   *
   * @param model the name of a model of the catalog that was pulled, or the path of a model folder
   * @throws ModelMissingException if there is no such model
   * @throws BadModelException if it is not an embedding model
   * @throws NpuException if the device can't run it
   */
  public static Embedder open(String model, EmbedderOptions options) {
    ModelFolder folder = ModelCatalog.standard().open(model);
    String name = ModelCatalog.find(model).isPresent() ? model : folder.name();
    return new Embedder(OpenedTextModel.open(name, folder, options.model()), options);
  }

  /**
   * Opens a model folder.
   *
   * @throws ModelMissingException if the folder lacks a model or a tokenizer
   * @throws BadModelException if it is not an embedding model
   * @throws NpuException if the device can't run it
   */
  public static Embedder open(ModelFolder folder, EmbedderOptions options) {
    return new Embedder(OpenedTextModel.open(folder.name(), folder, options.model()), options);
  }

  /** Returns the model's name: the catalog's, or its folder's. */
  public String name() {
    return opened.name();
  }

  /** Returns where the model runs, and each better place that was passed over. */
  public Placement placement() {
    return opened.model().placement();
  }

  /** Returns the length of a vector. */
  public int dimensions() {
    return opened.dimensions();
  }

  /** Returns the most tokens that are read of a text, prefix and special tokens included. */
  public int maximumTokens() {
    return encoder.maximumTokens();
  }

  /**
   * Embeds a text as it is, without a prefix.
   *
   * @return {@link #dimensions()} values, the caller's own
   * @throws BadInputException if the text has no tokens, or more characters than can be tokenized
   */
  public float[] embed(String text) {
    return embed(text, Role.NONE).vector();
  }

  /**
   * Embeds a text with the prefix of its role.
   *
   * @throws BadInputException if the text has no tokens, or more characters than can be tokenized
   */
  public Embedding embed(String text, Role role) {
    long start = System.nanoTime();
    gate.requireOpen();
    Embedding found = known.find(text, role);
    if (found != null) {
      return found;
    }
    Encoding encoding = encoder.encode(text, role);
    float[] vector = new float[dimensions()];
    run(encoding, vector, 0);
    Embedding embedding =
        new Embedding(
            vector, encoding.totalTokens(), encoding.truncated(), System.nanoTime() - start);
    known.keep(text, role, embedding);
    return embedding;
  }

  /**
   * Embeds a text into an array. The cache is not asked.
   *
   * @param destination receives {@link #dimensions()} values
   * @param offset where in it they begin
   * @return how many tokens the whole text has; more than {@link #maximumTokens()} if it was cut
   * @throws BadInputException if the text has no tokens, or more characters than can be tokenized
   * @throws IndexOutOfBoundsException if the destination is too small
   */
  public int embed(String text, Role role, float[] destination, int offset) {
    Objects.checkFromIndexSize(offset, dimensions(), destination.length);
    Encoding encoding = encoder.encode(text, role);
    run(encoding, destination, offset);
    return encoding.totalTokens();
  }

  /**
   * Embeds a text into memory. The cache is not asked.
   *
   * @param destination receives {@link #dimensions()} values as binary32 in the machine's byte
   *     order
   * @return how many tokens the whole text has; more than {@link #maximumTokens()} if it was cut
   * @throws BadInputException if the text has no tokens, or more characters than can be tokenized
   * @throws IndexOutOfBoundsException if the destination is too small
   */
  public int embed(String text, Role role, MemorySegment destination) {
    Objects.checkFromIndexSize(0L, 4L * dimensions(), destination.byteSize());
    Encoding encoding = encoder.encode(text, role);
    long stamp = gate.enter();
    try {
      runner.run(encoding, destination);
    } finally {
      gate.leave(stamp);
    }
    return encoding.totalTokens();
  }

  /**
   * Embeds many texts as they are, without a prefix, as {@link #embedAll(List, Role,
   * BatchProgress)}.
   */
  public List<Embedding> embedAll(List<String> texts) {
    return embedAll(texts, Role.NONE, BatchProgress.NONE);
  }

  /**
   * Embeds many texts, in batches of like length where the model takes them.
   *
   * @return one embedding a text, in the order of the texts
   * @throws NpuException for the first text that can't be embedded, after the others were run
   */
  public List<Embedding> embedAll(List<String> texts, Role role, BatchProgress progress) {
    List<Embedding> embeddings = new ArrayList<>(texts.size());
    for (Outcome outcome : embedEach(texts, role, progress)) {
      switch (outcome) {
        case Outcome.Embedded(Embedding embedding) -> embeddings.add(embedding);
        case Outcome.Refused(NpuException error) -> throw error;
      }
    }
    return embeddings;
  }

  /**
   * Embeds many texts, in batches of like length where the model takes them; a text that can't be
   * embedded does not concern the others, and a run that fails only those of its batch. On the CPU
   * a long list is shared by as many threads as the model was opened for, which takes memory for
   * its weights once more.
   *
   * @return one outcome a text, in the order of the texts
   */
  public List<Outcome> embedEach(List<String> texts, Role role, BatchProgress progress) {
    return new ManyTexts(opened, known, gate, batchTokens, texts, role, progress).embed();
  }

  /**
   * Embeds a text on a thread of this embedder's own.
   *
   * @return its embedding, or the exception of {@link #embed(String, Role)}; cancelling it does not
   *     stop a run that has begun
   */
  public CompletableFuture<Embedding> embedAsync(String text, Role role) {
    return CompletableFuture.supplyAsync(() -> embed(text, role), gate.threads("npu4j-embed-"));
  }

  /** Returns how the cache of repeated texts did; zeros if there is none. */
  public CacheFigures cacheFigures() {
    return known.figures();
  }

  private void run(Encoding encoding, float[] destination, int offset) {
    long stamp = gate.enter();
    try {
      runner.run(encoding, destination, offset);
    } finally {
      gate.leave(stamp);
    }
  }

  /** Waits for the runs in flight, then frees the model and the tokenizer; idempotent. */
  @Override
  public void close() {
    gate.close(opened::close);
  }
}
