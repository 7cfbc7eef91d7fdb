package io.github.npu4j.seq2seq;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.stats.CacheStats;
import io.github.npu4j.engine.Placement;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.internal.concurrent.CallGate;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.seq2seq.generation.Ending;
import io.github.npu4j.seq2seq.generation.Generation;
import io.github.npu4j.seq2seq.generation.GenerationOptions;
import io.github.npu4j.seq2seq.generation.TextListener;
import io.github.npu4j.tokenizer.Encoding;
import io.github.npu4j.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
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
 * <p><b>Length.</b> A text of more than {@link #longestText()} tokens is cut at its end, and {@link
 * Generation#truncated()} says so. An answer is cut where the model has no more places.
 *
 * <p><b>Threads.</b> May be shared; each call works on a decoder of its own from a pool. {@link
 * #close()} cancels the answers that are being made and waits for them, may be called twice, and
 * asking after it is an {@link IllegalStateException}, also for an answer in the cache.
 *
 * <p><b>Memory.</b> Keys and values lie off-heap. Once a decoder was used for texts of like length,
 * a greedy step allocates nothing on an NPU; on the CPU only what binding memory for the next
 * length takes.
 */
public final class Seq2Seq implements AutoCloseable {

  /** A text in the cache. */
  private record Key(String text, GenerationOptions options) {}

  private final Path folder;
  private final OpenedSeq2Seq opened;
  private final Writer writer;
  private final @Nullable Cache<Key, List<Generation>> cache;
  private final CallGate gate;

  private Seq2Seq(Path folder, OpenedSeq2Seq opened, int cachedTexts) {
    this.folder = folder;
    this.opened = opened;
    this.gate = new CallGate("the model " + name());
    this.writer =
        new Writer(
            opened.source(),
            opened.tokenizer(),
            opened.config(),
            new ByteTokens(opened.tokenizer()));
    this.cache =
        cachedTexts == 0
            ? null
            : Caffeine.newBuilder().maximumSize(cachedTexts).recordStats().build();
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
    return open(folder, Seq2SeqOptions.on(device));
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
    return new Seq2Seq(
        absolute, OpenedSeq2Seq.open(absolute, options.model()), options.cachedTexts());
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
  public int longestText() {
    return opened.longestText();
  }

  /** Returns the most tokens that an answer can have. */
  public int longestAnswer() {
    return opened.source().places();
  }

  /** Returns the model's tokenizer, to make constraints with; closed with the model. */
  public Tokenizer tokenizer() {
    return opened.tokenizer();
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
   * @param listener hears the answer while it is made; its pieces in a row are the answer's text
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
        write(List.of(encoding), options, listener, cancellation).getFirst().stream()
            .map(answer -> answer.afterNanos(encoded))
            .toList();
    keep(text, options, answers);
    if (!Writer.streams(options)) {
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
   * Answers many texts, those of like length together where the model takes several at once.
   *
   * <p>Texts that are run together are padded to the longest, which changes scores in their last
   * digits: where two tokens are that close, an answer may differ from {@link #generate}'s.
   *
   * @return the best answer to each text, in the order of the texts
   * @throws BadInputException if a text can't be tokenized, or the options can't be met
   */
  public List<Generation> generateAll(List<String> texts, GenerationOptions options) {
    List<@Nullable Generation> answers =
        new ArrayList<>(Collections.nCopies(texts.size(), (Generation) null));
    List<Integer> waiting = new ArrayList<>();
    List<@Nullable Encoding> encodings = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      List<Generation> known = cached(texts.get(i), options);
      if (known == null) {
        waiting.add(i);
      } else {
        answers.set(i, known.getFirst());
      }
      encodings.add(known == null ? encode(texts.get(i)) : null);
    }
    waiting.sort(Comparator.comparingInt(i -> require(encodings.get(i)).length()));
    int together = writer.textsAtOnce(options);
    for (int from = 0; from < waiting.size(); from += together) {
      List<Integer> places = waiting.subList(from, Math.min(from + together, waiting.size()));
      List<Encoding> batch = places.stream().map(i -> require(encodings.get(i))).toList();
      List<List<Generation>> written = write(batch, options, TextListener.NONE, new Cancellation());
      for (int i = 0; i < places.size(); i++) {
        keep(texts.get(places.get(i)), options, written.get(i));
        answers.set(places.get(i), written.get(i).getFirst());
      }
    }
    return answers.stream().map(Seq2Seq::require).toList();
  }

  /**
   * Answers a text on a thread of this model's own.
   *
   * @return the best answer, or the exception of {@link #generate(String, GenerationOptions)};
   *     cancelling it ends the answer after the step in flight
   */
  public CompletableFuture<Generation> generateAsync(String text, GenerationOptions options) {
    Cancellation cancellation = new Cancellation();
    CompletableFuture<Generation> answer =
        CompletableFuture.supplyAsync(
            () -> generate(text, options, TextListener.NONE, cancellation),
            gate.threads("npu4j-generate-"));
    var _ =
        answer.whenComplete((_, _) -> {
          if (answer.isCancelled()) {
            cancellation.cancel();
          }
        });
    return answer;
  }

  /** Returns how the cache of repeated texts did; zeros if there is none. */
  public CacheFigures cacheFigures() {
    if (cache == null) {
      return new CacheFigures(0, 0, 0, 0);
    }
    cache.cleanUp();
    CacheStats stats = cache.stats();
    return new CacheFigures(
        stats.hitCount(), stats.missCount(), stats.evictionCount(), cache.estimatedSize());
  }

  private Encoding encode(String text) {
    Encoding encoding =
        opened
            .tokenizer()
            .encode(text, Math.max(opened.longestText(), opened.tokenizer().specialTokens()));
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
      Cancellation cancellation) {
    long stamp = gate.enter();
    try {
      return writer.write(
          texts, options, listener, () -> gate.isClosed() || cancellation.isCancelled());
    } finally {
      gate.leave(stamp);
    }
  }

  private @Nullable List<Generation> cached(String text, GenerationOptions options) {
    gate.requireOpen();
    if (cache == null || !options.isDeterministic()) {
      return null;
    }
    List<Generation> kept = cache.getIfPresent(new Key(text, options));
    return kept == null ? null : kept.stream().map(Generation::fromCache).toList();
  }

  private void keep(String text, GenerationOptions options, List<Generation> answers) {
    boolean whole = answers.stream().noneMatch(answer -> answer.ending() == Ending.CANCELLED);
    if (cache != null && options.isDeterministic() && whole) {
      cache.put(new Key(text, options), answers);
    }
  }

  private static <T> T require(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("a text was left out");
    }
    return value;
  }

  /** Cancels the answers that are being made, waits for them, and frees the model; idempotent. */
  @Override
  public void close() {
    gate.close(() -> {
      writer.pool().close();
      opened.close();
    });
  }
}
