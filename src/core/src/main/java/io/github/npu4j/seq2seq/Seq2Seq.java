package io.github.npu4j.seq2seq;

import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.catalog.ModelCatalog;
import io.github.npu4j.engine.Placement;
import io.github.npu4j.engine.execution.OpenReport;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.Cancellation;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.internal.concurrent.AsyncCalls;
import io.github.npu4j.internal.concurrent.CallGate;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.seq2seq.generation.Ending;
import io.github.npu4j.seq2seq.generation.GenerateResult;
import io.github.npu4j.seq2seq.generation.Generation;
import io.github.npu4j.seq2seq.generation.GenerationOptions;
import io.github.npu4j.seq2seq.generation.TextListener;
import io.github.npu4j.store.entries.AnswerCache;
import io.github.npu4j.tokenizer.Encoding;
import io.github.npu4j.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Turns texts into texts by an encoder and a decoder.
 *
 * <pre>{@code
 * try (Seq2Seq model = Seq2Seq.open(Path.of("out"), Device.AUTO)) {
 *   String answer = model.generate("wake me at seven tomorrow").text();
 * }
 * }</pre>
 *
 * <p><b>Length.</b> A text of more than {@link #maxInputTokens()} tokens is cut at its end, and
 * {@link Generation#truncated()} says so. An answer is cut at {@link #maxNewTokens()} tokens.
 *
 * <p><b>Threads.</b> May be shared; each call works on a decoder of its own from a pool. {@link
 * #close()} cancels the answers that are being made and waits for them, may be called twice, and
 * asking after it is an {@link IllegalStateException}, also for an answer in the cache.
 *
 * <p><b>Memory.</b> Keys and values lie off-heap. Once a decoder was used for texts of similar
 * length, a greedy step allocates nothing on an NPU; on the CPU only what binding memory for the
 * next length takes.
 */
public final class Seq2Seq implements AutoCloseable {

  private static final String WARM_UP = "warm";
  private static final String WORK = "answering a list of texts";

  /** A text in the cache. */
  private record Key(String text, GenerationOptions options) {}

  /**
   * A text that waits for its batch.
   *
   * @param place its place in the caller's list
   */
  private record Waiting(int place, String text, Encoding encoding) {}

  private final Path folder;
  private final OpenedSeq2Seq opened;
  private final TextGenerator generator;
  private final AnswerCache<Key, List<Generation>> cache;
  private final Seq2SeqCounters counters = new Seq2SeqCounters();
  private final CallGate gate;

  private Seq2Seq(Path folder, OpenedSeq2Seq opened, int cachedTexts) {
    this.folder = folder;
    this.opened = opened;
    this.gate = new CallGate("the model " + name());
    this.generator =
        new TextGenerator(
            name(),
            opened.source(),
            opened.tokenizer(),
            opened.config(),
            new ByteTokens(opened.tokenizer()));
    this.cache = new AnswerCache<>(cachedTexts);
  }

  /**
   * Opens a model on a device.
   *
   * @param model the name of a model of the catalog that was pulled, or the path of a model folder
   * @param device where to run; {@link Device#AUTO} for the NPU if it can, else the CPU
   * @throws ModelMissingException if there is no such model, or part of it is missing
   * @throws BadModelException if it does not turn texts into texts
   * @throws NpuException if the device can't run it
   */
  public static Seq2Seq open(String model, Device device) {
    return open(model, Seq2SeqOptions.defaults().withDevice(device));
  }

  /**
   * Opens a model with options.
   *
   * @param model the name of a model of the catalog that was pulled, or the path of a model folder
   * @throws ModelMissingException if there is no such model, or part of it is missing
   * @throws BadModelException if it does not turn texts into texts
   * @throws NpuException if the device can't run it
   */
  public static Seq2Seq open(String model, Seq2SeqOptions options) {
    return ModelCatalog.find(model).isPresent()
        ? open(ModelCatalog.standard().require(model), options)
        : open(Path.of(model), options);
  }

  /**
   * Opens a model folder with options.
   *
   * @throws ModelMissingException if part of it is missing
   * @throws BadModelException if it does not turn texts into texts
   * @throws NpuException if the device can't run it
   */
  public static Seq2Seq open(ModelFolder folder, Seq2SeqOptions options) {
    return open(folder.path(), options);
  }

  /**
   * Opens a model on a device.
   *
   * @param folder what {@code npu4j export} wrote, or an Optimum export with its tokenizer
   * @param device where to run; {@link Device#AUTO} for the NPU if it can, else the CPU
   * @throws ModelMissingException if there is no such model, or part of it is missing
   * @throws BadModelException if it does not turn texts into texts
   * @throws NpuException if the device can't run it
   */
  public static Seq2Seq open(Path folder, Device device) {
    return open(folder, Seq2SeqOptions.defaults().withDevice(device));
  }

  /**
   * Opens a model with options.
   *
   * @param folder what {@code npu4j export} wrote, or an Optimum export with its tokenizer
   * @throws ModelMissingException if there is no such model, or part of it is missing
   * @throws BadModelException if it does not turn texts into texts
   * @throws NpuException if the device can't run it
   */
  public static Seq2Seq open(Path folder, Seq2SeqOptions options) {
    Path absolute = folder.toAbsolutePath().normalize();
    OpenedSeq2Seq opened =
        OpenReport.open(
            String.valueOf(absolute.getFileName()),
            options.model().device(),
            () -> OpenedSeq2Seq.open(absolute, options.model()),
            OpenedSeq2Seq::placement);
    return new Seq2Seq(absolute, opened, options.cachedTexts());
  }

  /** Returns the name of the model's folder. */
  public String name() {
    return String.valueOf(folder.getFileName());
  }

  /** Returns where the model runs, and each better place that was passed over. */
  public Placement placement() {
    return opened.placement();
  }

  /**
   * Returns this model if it runs on the NPU.
   *
   * @throws io.github.npu4j.error.DeviceUnavailableException if not; the reasons are in the message
   */
  public Seq2Seq requireNpu() {
    placement().requireNpu();
    return this;
  }

  /** Returns the options that the model's makers chose, from its generation_config.json. */
  public GenerationOptions defaults() {
    return opened.config().defaults();
  }

  /** Returns the most tokens that are read of a text, special tokens included. */
  public int maxInputTokens() {
    return opened.maxInputTokens();
  }

  /** Returns the most tokens that an answer can have. */
  public int maxNewTokens() {
    return opened.source().maxNewTokens();
  }

  /** Returns the model's tokenizer, to make constraints with; closed with the model. */
  public Tokenizer tokenizer() {
    return opened.tokenizer();
  }

  /**
   * Makes an answer of two tokens, so that the first text is not the one that waits for what is
   * made at the first run. Counts nowhere.
   */
  public void warmUp() {
    var _ =
        write(
            List.of(encode(WARM_UP)),
            GenerationOptions.defaults().withMaximumTokens(2),
            TextListener.NONE,
            new Cancellation(),
            new Seq2SeqCounters());
  }

  /**
   * Answers a text with the model's default options.
   *
   * @throws BadInputException if the text has no tokens, or more characters than can be tokenized
   */
  public Generation generate(String text) {
    return generate(text, defaults());
  }

  /**
   * Answers a text.
   *
   * @return the best answer
   * @throws BadInputException if the text can't be tokenized, or the options can't be met
   */
  public Generation generate(String text, GenerationOptions options) {
    return answers(text, options).getFirst();
  }

  /**
   * Answers a text, piece by piece.
   *
   * @param listener is called with the answer's pieces as they are made; in a row they are the
   *     answer's text
   * @param cancellation ends the answer early, from any thread
   * @return the best answer; what there is of it if it was cancelled
   * @throws BadInputException if the text can't be tokenized, or the options can't be met
   */
  public Generation generate(
      String text, GenerationOptions options, TextListener listener, Cancellation cancellation) {
    return answers(text, options, listener, cancellation).getFirst();
  }

  /**
   * Answers a text in several ways.
   *
   * @return as many answers as the options' strategy gives, best first
   * @throws BadInputException if the text can't be tokenized, or the options can't be met
   */
  public List<Generation> answers(String text, GenerationOptions options) {
    return answers(text, options, TextListener.NONE, new Cancellation());
  }

  private List<Generation> answers(
      String text, GenerationOptions options, TextListener listener, Cancellation cancellation) {
    long start = System.nanoTime();
    List<Generation> known = cached(text, options);
    if (known != null) {
      tellWhole(known.getFirst(), listener);
      return known;
    }
    Encoding encoding = encode(text);
    long encoded = System.nanoTime() - start;
    List<Generation> answers =
        write(List.of(encoding), options, listener, cancellation, counters).getFirst().stream()
            .map(answer -> answer.afterNanos(encoded))
            .toList();
    counters.count(encoding, answers);
    keep(text, options, answers);
    if (!TextGenerator.streams(options)) {
      tellWhole(answers.getFirst(), listener);
    }
    return answers;
  }

  private static void tellWhole(Generation answer, TextListener listener) {
    if (!answer.text().isEmpty()) {
      listener.piece(answer.text());
    }
  }

  /**
   * Answers many texts, as {@link #generateAll(List, GenerationOptions, Cancellation)}.
   *
   * @return the best answer to each text, in the order of the texts
   */
  public List<Generation> generateAll(List<String> texts, GenerationOptions options) {
    return generateAll(texts, options, new Cancellation());
  }

  /**
   * Answers many texts, those of similar length together where the model takes several at once.
   *
   * <p>Texts that are run together are padded to the longest, which changes scores in their last
   * digits: where two tokens are that close, an answer may differ from {@link #generate}'s.
   *
   * @param cancellation ends the work after the step in flight; what was answered is lost
   * @return the best answer to each text, in the order of the texts
   * @throws NpuException for the first text that can't be answered, after the others were
   * @throws io.github.npu4j.error.RunAbortedException if it was cancelled or interrupted
   */
  public List<Generation> generateAll(
      List<String> texts, GenerationOptions options, Cancellation cancellation) {
    List<Generation> answers = new ArrayList<>(texts.size());
    for (GenerateResult result : generateEach(texts, options, cancellation)) {
      switch (result) {
        case GenerateResult.Generated(Generation answer) -> answers.add(answer);
        case GenerateResult.Refused(NpuException error) -> throw error;
      }
    }
    return answers;
  }

  /**
   * Answers many texts, those of similar length together where the model takes several at once; a
   * text that can't be answered, {@code null} among them, does not concern the others.
   *
   * @param cancellation ends the work after the step in flight; what was answered is lost
   * @return one result a text, in the order of the texts
   * @throws BadInputException if the options can't be met
   * @throws io.github.npu4j.error.RunAbortedException if it was cancelled or interrupted
   */
  public List<GenerateResult> generateEach(
      List<String> texts, GenerationOptions options, Cancellation cancellation) {
    GenerateResult[] results = new GenerateResult[texts.size()];
    List<Waiting> waiting = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      cancellation.throwIfStopped(WORK);
      try {
        String text = present(texts.get(i), i);
        List<Generation> known = cached(text, options);
        if (known == null) {
          waiting.add(new Waiting(i, text, encode(text)));
        } else {
          results[i] = new GenerateResult.Generated(known.getFirst());
        }
      } catch (BadInputException refused) {
        results[i] = new GenerateResult.Refused(refused);
      }
    }
    waiting.sort(Comparator.comparingInt(text -> text.encoding().length()));
    int together = generator.textsAtOnce(options);
    for (int from = 0; from < waiting.size(); from += together) {
      cancellation.throwIfStopped(WORK);
      List<Waiting> batch = waiting.subList(from, Math.min(from + together, waiting.size()));
      List<List<Generation>> written =
          write(
              batch.stream().map(Waiting::encoding).toList(),
              options,
              TextListener.NONE,
              cancellation,
              counters);
      cancellation.throwIfStopped(WORK);
      for (int i = 0; i < batch.size(); i++) {
        Waiting text = batch.get(i);
        counters.count(text.encoding(), written.get(i));
        keep(text.text(), options, written.get(i));
        results[text.place()] = new GenerateResult.Generated(written.get(i).getFirst());
      }
    }
    return List.of(results);
  }

  private static String present(@Nullable String text, int place) {
    if (text == null) {
      throw new BadInputException(
          "can't answer text " + place + " of the list", "it is null", "Leave it out.");
    }
    return text;
  }

  /**
   * Answers a text on a thread of this model's own, as {@link #generateAsync(String,
   * GenerationOptions, Executor)}.
   */
  public CompletableFuture<Generation> generateAsync(String text, GenerationOptions options) {
    return generateAsync(text, options, gate.threads("npu4j-generate-"));
  }

  /**
   * Answers a text on a thread of an executor.
   *
   * @return the best answer, or the exception of {@link #generate(String, GenerationOptions)};
   *     cancelling it ends the answer after the step in flight
   */
  public CompletableFuture<Generation> generateAsync(
      String text, GenerationOptions options, Executor executor) {
    return AsyncCalls.start(
        executor, cancellation -> generate(text, options, TextListener.NONE, cancellation));
  }

  /**
   * Answers many texts on a thread of this model's own, as {@link #generateAllAsync(List,
   * GenerationOptions, Executor)}.
   */
  public CompletableFuture<List<Generation>> generateAllAsync(
      List<String> texts, GenerationOptions options) {
    return generateAllAsync(texts, options, gate.threads("npu4j-generate-"));
  }

  /**
   * Answers many texts on a thread of an executor.
   *
   * @return the best answers, or the exception of {@link #generateAll(List, GenerationOptions)};
   *     cancelling it ends the work after the step in flight
   */
  public CompletableFuture<List<Generation>> generateAllAsync(
      List<String> texts, GenerationOptions options, Executor executor) {
    return AsyncCalls.start(executor, cancellation -> generateAll(texts, options, cancellation));
  }

  /** Returns what this model did so far. */
  public Seq2SeqStatistics statistics() {
    return counters.with(cache.figures());
  }

  private Encoding encode(String text) {
    Encoding encoding =
        opened
            .tokenizer()
            .encode(text, Math.max(opened.maxInputTokens(), opened.tokenizer().specialTokens()));
    if (encoding.length() == 0) {
      throw new BadInputException(
          "can't answer an empty text",
          "it has no tokens, and this tokenizer adds no special tokens",
          "Leave it out.");
    }
    return encoding;
  }

  private List<List<Generation>> write(
      List<Encoding> texts,
      GenerationOptions options,
      TextListener listener,
      Cancellation cancellation,
      Seq2SeqCounters counting) {
    long stamp = gate.enter();
    try {
      return generator.write(texts, options, listener, () -> isToEnd(cancellation), counting);
    } finally {
      gate.leave(stamp);
    }
  }

  private boolean isToEnd(Cancellation cancellation) {
    return gate.isClosed() || cancellation.isCancelled() || Thread.currentThread().isInterrupted();
  }

  private @Nullable List<Generation> cached(String text, GenerationOptions options) {
    gate.requireOpen();
    if (cache.isOff() || !options.isDeterministic()) {
      return null;
    }
    List<Generation> kept = cache.find(new Key(text, options));
    return kept == null ? null : kept.stream().map(Generation::fromCache).toList();
  }

  private void keep(String text, GenerationOptions options, List<Generation> answers) {
    boolean whole = answers.stream().noneMatch(answer -> answer.ending() == Ending.CANCELLED);
    if (options.isDeterministic() && whole) {
      cache.keep(new Key(text, options), answers);
    }
  }

  /** Cancels the answers that are being made, waits for them, and frees the model; idempotent. */
  @Override
  public void close() {
    gate.close(() -> {
      generator.pool().close();
      opened.close();
    });
  }
}
