package io.github.npu4j.text;

import io.github.npu4j.artifact.ModelDescription;
import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.artifact.VectorOutput;
import io.github.npu4j.catalog.ModelCatalog;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.engine.Placement;
import io.github.npu4j.engine.execution.OpenReport;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.Cancellation;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.internal.concurrent.AsyncCalls;
import io.github.npu4j.internal.concurrent.CallGate;
import io.github.npu4j.numeric.Pooling;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.tokenizer.Encoding;
import io.github.npu4j.tokenizer.Tokenizer;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Turns texts into vectors.
 *
 * <pre>{@code
 * try (Embedder embedder = Embedder.open("minilm", Device.AUTO)) {
 *   float[] vector = embedder.embed("How do I reset my password?");
 * }
 * }</pre>
 *
 * <p>{@link #embed} and {@link #embedAll} give vectors, {@link #embedding} and {@link #embeddings}
 * tell more of each, {@link #embedEach} gives a result also for texts that can't be embedded, and
 * {@link #embedInto(String, Role, float[], int)} writes where the caller wants it.
 *
 * <p><b>Length.</b> A text of more than {@link #maxInputTokens()} tokens is cut at its end; all but
 * the plain vectors tell. An empty text has the special tokens of the model's template and so an
 * embedding, unless the template has none: then it is a {@link BadInputException}. On a device each
 * text is padded to the smallest bucket that holds it; a graph of dynamic shape runs without
 * padding.
 *
 * <p><b>What is made of the output</b> is read from the files beside the model ({@link
 * EncoderDescription}) and never guessed: where they leave open how tokens are pooled, whether
 * vectors are scaled, or how long a text may be, opening is refused until {@link
 * EmbedderOptions#withDescription} says.
 *
 * <p><b>Threads.</b> May be shared; each call works on a binding of its own from a pool. {@link
 * #close()} waits for the runs in flight, may be called twice, and embedding after it is an {@link
 * IllegalStateException}, also of a text in the cache. A list that is being embedded ends within a
 * batch for each thread once its {@link Cancellation} says so or the calling thread is interrupted;
 * what was done of it is lost.
 *
 * <p><b>Memory.</b> After a few texts of the same length, {@link #embedInto(String, Role, float[],
 * int)} and {@link #embedInto(String, Role, MemorySegment)} allocate nothing but what the tokenizer
 * does and, if there is one, the prefix before the text.
 */
public final class Embedder implements AutoCloseable {

  private static final String WARM_UP = "warm";

  /** What the calls of an embedder work with. */
  record Parts(
      EncoderSession session,
      TextRunner runner,
      PerThreadModel perThread,
      KnownTexts known,
      EmbedderCounters counters,
      CallGate gate) {}

  private final Parts parts;
  private final int dimensions;
  private final int batchTokens;

  private Embedder(EncoderSession session, VectorHead head, EmbedderOptions options) {
    EmbedderCounters counters = new EmbedderCounters();
    this.parts =
        new Parts(
            session,
            session.runner(head, counters),
            session.perThread(head, counters),
            new KnownTexts(options.cachedTexts()),
            counters,
            new CallGate("the embedder of " + session.name()));
    this.dimensions = head.size(session.width());
    // A text of a dynamically quantized model has the same vector in any company only when alone.
    boolean batches = session.pool().takesBatches() && !session.dynamicallyQuantized();
    this.batchTokens = batches ? options.batchTokens() : 1;
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
    return open(model, EmbedderOptions.defaults().withDevice(device));
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
    OpenReport.requireNotInterrupted(model);
    ModelFolder folder = ModelCatalog.standard().open(model);
    String name = ModelCatalog.find(model).isPresent() ? model : folder.name();
    return open(name, folder, options);
  }

  /**
   * Opens a model folder on a device.
   *
   * @throws ModelMissingException if there is none, or it lacks a model or a tokenizer
   * @throws BadModelException if it is not an embedding model
   * @throws NpuException if the device can't run it
   */
  public static Embedder open(Path folder, Device device) {
    return open(folder, EmbedderOptions.defaults().withDevice(device));
  }

  /**
   * Opens a model folder with options.
   *
   * @throws ModelMissingException if there is none, or it lacks a model or a tokenizer
   * @throws BadModelException if it is not an embedding model
   * @throws NpuException if the device can't run it
   */
  public static Embedder open(Path folder, EmbedderOptions options) {
    OpenReport.requireNotInterrupted(folder.toString());
    return open(ModelFolder.open(folder), options);
  }

  /**
   * Opens a model folder with options.
   *
   * @throws ModelMissingException if the folder lacks a model or a tokenizer
   * @throws BadModelException if it is not an embedding model
   * @throws NpuException if the device can't run it
   */
  public static Embedder open(ModelFolder folder, EmbedderOptions options) {
    return open(folder.name(), folder, options);
  }

  private static Embedder open(String name, ModelFolder folder, EmbedderOptions options) {
    return OpenReport.open(
        name, options.model().device(), () -> opened(name, folder, options), Embedder::placement);
  }

  private static Embedder opened(String name, ModelFolder folder, EmbedderOptions options) {
    OpenOptions opening = options.model().verified(folder.path());
    EncoderDescription.Known known = EncoderDescription.before(folder, options.description());
    ModelDescription before = known.description();
    if (before.kind() == ModelDescription.Kind.SEQ2SEQ) {
      throw new BadModelException(
          folder.path() + " can't embed texts",
          "it turns texts into texts",
          "Seq2Seq.open answers with it.");
    }
    EncoderSession session =
        EncoderSession.open(name, folder, before, known.choice(before)::of, opening);
    try {
      VectorOutput output = known.withOutput(before, session.output()).output();
      List<String> undecided = new ArrayList<>(known.undecided());
      if (!session.lengthIsKnown()) {
        undecided.add("maximumLength");
      }
      if (!undecided.isEmpty()) {
        throw EncoderDescription.undecidedError(folder, undecided);
      }
      return new Embedder(session, head(folder, output, session.width()), options);
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  private static VectorHead head(ModelFolder folder, VectorOutput output, int width) {
    VectorHead head =
        new VectorHead(
            output.pooling().isEmpty() ? List.of(Pooling.CLS) : output.pooling(), // of one row
            output.dense().stream()
                .map(layer -> DenseLayer.open(folder.path().resolve(layer)))
                .toList(),
            output.dimensions(),
            output.normalized().orElseThrow());
    head.requireFit(folder.path(), width);
    return head;
  }

  /** Returns the model's name: the catalog's, or its folder's. */
  public String name() {
    return parts.session().name();
  }

  /** Returns where the model runs, and each better place that was passed over. */
  public Placement placement() {
    return parts.session().model().placement();
  }

  /**
   * Returns this embedder if it runs on the NPU.
   *
   * @throws io.github.npu4j.error.DeviceUnavailableException if not; the reasons are in the message
   */
  public Embedder requireNpu() {
    placement().requireNpu();
    return this;
  }

  /** Returns the length of a vector. */
  public int dimensions() {
    return dimensions;
  }

  /** Returns the most tokens that are read of a text, prefix and special tokens included. */
  public int maxInputTokens() {
    return parts.session().encoder().maxInputTokens();
  }

  /** Returns the model's tokenizer, for counting tokens; closed with the embedder. */
  public Tokenizer tokenizer() {
    return parts.session().encoder().tokenizer();
  }

  /**
   * Runs the model once, so that the first text is not the one that waits for what is made at the
   * first run. Counts nowhere.
   */
  public void warmUp() {
    TextRunner uncounted = parts.runner().countedBy(new EmbedderCounters());
    run(uncounted, encode(WARM_UP, Role.NONE), new float[dimensions], 0);
  }

  /**
   * Embeds a text as it is, without a prefix.
   *
   * @return {@link #dimensions()} values, the caller's own
   * @throws BadInputException if the text has no tokens, or more characters than can be tokenized
   */
  public float[] embed(String text) {
    return embedding(text, Role.NONE).vector();
  }

  /**
   * Embeds a text as it is, without a prefix, and tells how it was read.
   *
   * @throws BadInputException if the text has no tokens, or more characters than can be tokenized
   */
  public Embedding embedding(String text) {
    return embedding(text, Role.NONE);
  }

  /**
   * Embeds a text with the prefix of its role, and tells how it was read.
   *
   * @throws BadInputException if the text has no tokens, or more characters than can be tokenized
   */
  public Embedding embedding(String text, Role role) {
    long start = System.nanoTime();
    parts.gate().requireOpen();
    Embedding found = parts.known().find(text, role);
    if (found != null) {
      return found;
    }
    Encoding encoding = encode(text, role);
    float[] vector = new float[dimensions];
    run(parts.runner(), encoding, vector, 0);
    parts.counters().count(encoding);
    Embedding embedding =
        new Embedding(
            vector, encoding.totalTokens(), encoding.truncated(), System.nanoTime() - start);
    parts.known().keep(text, role, embedding);
    return embedding;
  }

  /**
   * Embeds a text into an array. The cache is not asked.
   *
   * @param destination receives {@link #dimensions()} values
   * @param offset where in it they begin
   * @return how many tokens the whole text has; more than {@link #maxInputTokens()} if it was cut
   * @throws BadInputException if the text has no tokens, or more characters than can be tokenized
   * @throws IndexOutOfBoundsException if the destination is too small
   */
  public int embedInto(String text, Role role, float[] destination, int offset) {
    Objects.checkFromIndexSize(offset, dimensions, destination.length);
    Encoding encoding = encode(text, role);
    run(parts.runner(), encoding, destination, offset);
    parts.counters().count(encoding);
    return encoding.totalTokens();
  }

  /**
   * Embeds a text into memory. The cache is not asked.
   *
   * @param destination receives {@link #dimensions()} values as binary32 in the machine's byte
   *     order
   * @return how many tokens the whole text has; more than {@link #maxInputTokens()} if it was cut
   * @throws BadInputException if the text has no tokens, or more characters than can be tokenized
   * @throws IndexOutOfBoundsException if the destination is too small
   */
  public int embedInto(String text, Role role, MemorySegment destination) {
    Objects.checkFromIndexSize(0L, 4L * dimensions, destination.byteSize());
    Encoding encoding = encode(text, role);
    long stamp = parts.gate().enter();
    try {
      parts.runner().run(encoding, destination);
    } finally {
      parts.gate().leave(stamp);
    }
    parts.counters().count(encoding);
    return encoding.totalTokens();
  }

  /**
   * Embeds many texts as they are, without a prefix, as {@link #embeddings(List, Role,
   * BatchProgress, Cancellation)}.
   *
   * @return one vector a text, in the order of the texts
   */
  public List<float[]> embedAll(List<String> texts) {
    return embeddings(texts, Role.NONE).stream().map(Embedding::vector).toList();
  }

  /**
   * Embeds many texts with the prefix of their role, as {@link #embeddings(List, Role,
   * BatchProgress, Cancellation)}.
   */
  public List<Embedding> embeddings(List<String> texts, Role role) {
    return embeddings(texts, role, BatchProgress.NONE, new Cancellation());
  }

  /**
   * Embeds many texts, in batches of similar length where the model takes them.
   *
   * @return one embedding a text, in the order of the texts
   * @throws NpuException for the first text that can't be embedded, after the others were run
   * @throws io.github.npu4j.error.RunAbortedException if it was cancelled or interrupted
   */
  public List<Embedding> embeddings(
      List<String> texts, Role role, BatchProgress progress, Cancellation cancellation) {
    List<Embedding> embeddings = new ArrayList<>(texts.size());
    for (EmbedResult result : embedEach(texts, role, progress, cancellation)) {
      switch (result) {
        case EmbedResult.Embedded(Embedding embedding) -> embeddings.add(embedding);
        case EmbedResult.Refused(NpuException error) -> throw error;
      }
    }
    return embeddings;
  }

  /**
   * Embeds many texts with the prefix of their role, as {@link #embedEach(List, Role,
   * BatchProgress, Cancellation)}.
   */
  public List<EmbedResult> embedEach(List<String> texts, Role role) {
    return embedEach(texts, role, BatchProgress.NONE, new Cancellation());
  }

  /**
   * Embeds many texts, in batches of similar length where the model takes them; a text that can't
   * be embedded, {@code null} among them, does not concern the others, and a run that fails only
   * those of its batch. On the CPU a long list is shared by as many threads as the model was opened
   * for, which takes memory for its weights once more.
   *
   * @return one result a text, in the order of the texts
   * @throws io.github.npu4j.error.RunAbortedException if it was cancelled or interrupted
   */
  public List<EmbedResult> embedEach(
      List<String> texts, Role role, BatchProgress progress, Cancellation cancellation) {
    return new ManyTexts(parts, batchTokens, texts, role, progress, cancellation).embed();
  }

  /**
   * Embeds a text on a thread of this embedder's own, as {@link #embeddingAsync(String, Role,
   * Executor)}.
   */
  public CompletableFuture<Embedding> embeddingAsync(String text, Role role) {
    return embeddingAsync(text, role, parts.gate().threads("npu4j-embed-"));
  }

  /**
   * Embeds a text on a thread of an executor.
   *
   * @return its embedding, or the exception of {@link #embedding(String, Role)}; cancelling it does
   *     not stop a run that has begun
   */
  public CompletableFuture<Embedding> embeddingAsync(String text, Role role, Executor executor) {
    return CompletableFuture.supplyAsync(() -> embedding(text, role), executor);
  }

  /**
   * Embeds many texts on a thread of this embedder's own, as {@link #embeddingsAsync(List, Role,
   * Executor)}.
   */
  public CompletableFuture<List<Embedding>> embeddingsAsync(List<String> texts, Role role) {
    return embeddingsAsync(texts, role, parts.gate().threads("npu4j-embed-"));
  }

  /**
   * Embeds many texts on a thread of an executor.
   *
   * @return their embeddings, or the exception of {@link #embeddings(List, Role)}; cancelling it
   *     ends the work after the batches in flight
   */
  public CompletableFuture<List<Embedding>> embeddingsAsync(
      List<String> texts, Role role, Executor executor) {
    return AsyncCalls.start(
        executor, cancellation -> embeddings(texts, role, BatchProgress.NONE, cancellation));
  }

  /** Returns what this embedder did so far. */
  public EmbedderStatistics statistics() {
    return parts.counters().with(parts.known().figures());
  }

  private Encoding encode(String text, Role role) {
    return parts.session().encoder().encode(text, role);
  }

  private void run(TextRunner runner, Encoding encoding, float[] destination, int offset) {
    long stamp = parts.gate().enter();
    try {
      runner.run(encoding, destination, offset);
    } finally {
      parts.gate().leave(stamp);
    }
  }

  /** Waits for the runs in flight, then frees the model and the tokenizer; idempotent. */
  @Override
  public void close() {
    parts
        .gate()
        .close(() -> {
          try {
            parts.perThread().close();
          } finally {
            parts.session().close();
          }
        });
  }
}
