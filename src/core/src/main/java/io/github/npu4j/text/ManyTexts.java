package io.github.npu4j.text;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.Cancellation;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.internal.concurrent.CallGate;
import io.github.npu4j.tokenizer.Encoding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One call that embeds many texts: tokenizes them, groups them by length, and runs the batches, on
 * the CPU side by side where there are enough of them.
 */
final class ManyTexts {

  /** Texts that are tokenized before the first of them runs; bounds the memory of a long list. */
  private static final int WINDOW = 4096;

  /** Batches for each thread from which opening the model once more pays. */
  private static final int BATCHES_A_THREAD = 4;

  /** Texts that a thread tokenizes before it looks for more. */
  private static final int TEXTS_AT_ONCE = 64;

  private static final String WORK = "embedding a list of texts";

  private final EncoderSession session;
  private final TextRunner runner;
  private final PerThreadModel perThread;
  private final EmbedderCounters counters;
  private final KnownTexts known;
  private final CallGate gate;
  private final int batchTokens;
  private final List<String> texts;
  private final Role role;
  private final BatchProgress progress;
  private final Cancellation cancellation;
  private final EmbedResult[] results;
  private final AtomicInteger done = new AtomicInteger();
  private int told;

  /**
   * Prepares a call.
   *
   * @param batchTokens the most tokens of a batch, padding included
   */
  ManyTexts(
      Embedder.Parts parts,
      int batchTokens,
      List<String> texts,
      Role role,
      BatchProgress progress,
      Cancellation cancellation) {
    this.session = parts.session();
    this.runner = parts.runner();
    this.perThread = parts.perThread();
    this.counters = parts.counters();
    this.known = parts.known();
    this.gate = parts.gate();
    this.batchTokens = batchTokens;
    this.texts = texts;
    this.role = role;
    this.progress = progress;
    this.cancellation = cancellation;
    this.results = new EmbedResult[texts.size()];
  }

  /**
   * Embeds them all and returns their results in the order of the texts.
   *
   * @throws io.github.npu4j.error.RunAbortedException if it was cancelled or interrupted, after the
   *     batches in flight
   */
  List<EmbedResult> embed() {
    for (int from = 0; from < texts.size(); from += WINDOW) {
      window(from, Math.min(from + WINDOW, texts.size()));
    }
    return Arrays.asList(results);
  }

  private void window(int from, int to) {
    int threads = perThread.threads();
    Batches.@Nullable Waiting[] encoded = new Batches.@Nullable Waiting[to - from];
    int chunks = Math.ceilDiv(to - from, TEXTS_AT_ONCE);
    ParallelTasks.each(
        chunks,
        threads,
        chunk -> {
          cancellation.throwIfStopped(WORK);
          int first = from + chunk * TEXTS_AT_ONCE;
          for (int place = first; place < Math.min(first + TEXTS_AT_ONCE, to); place++) {
            encode(place, encoded, place - from);
          }
        },
        () -> {});
    List<Batches.Waiting> waiting = new ArrayList<>(encoded.length);
    for (Batches.Waiting text : encoded) {
      if (text != null) {
        waiting.add(text);
      }
    }
    done.addAndGet(to - from - waiting.size());
    List<List<Batches.Waiting>> batches = Batches.of(waiting, batchTokens);
    Optional<TextRunner> alone =
        batches.size() >= BATCHES_A_THREAD * threads ? perThread.runner() : Optional.empty();
    TextRunner chosen = alone.orElse(runner);
    ParallelTasks.each(
        batches.size(),
        alone.isPresent() ? threads : 1,
        index -> run(chosen, batches.get(index)),
        this::tell);
    tell();
  }

  /** Tokenizes a text, unless its embedding is known or it can't have one. */
  private void encode(int place, Batches.@Nullable Waiting[] encoded, int index) {
    gate.requireOpen();
    String text = texts.get(place);
    if (text == null) {
      results[place] =
          new EmbedResult.Refused(
              new BadInputException(
                  "can't embed text " + place + " of the list", "it is null", "Leave it out."));
      return;
    }
    Embedding found = known.find(text, role);
    if (found != null) {
      results[place] = new EmbedResult.Embedded(found);
      return;
    }
    try {
      encoded[index] = new Batches.Waiting(place, session.encoder().encode(text, role));
    } catch (BadInputException | BadModelException e) {
      results[place] = new EmbedResult.Refused(e);
    }
  }

  private void run(TextRunner chosen, List<Batches.Waiting> batch) {
    cancellation.throwIfStopped(WORK);
    List<EmbedResult> answers = answers(chosen, batch);
    for (int row = 0; row < batch.size(); row++) {
      int place = batch.get(row).place();
      results[place] = answers.get(row);
      if (answers.get(row) instanceof EmbedResult.Embedded(Embedding embedding)) {
        known.keep(texts.get(place), role, embedding);
        counters.count(batch.get(row).encoding());
      }
    }
    done.addAndGet(batch.size());
  }

  private List<EmbedResult> answers(TextRunner chosen, List<Batches.Waiting> batch) {
    List<Encoding> encodings = batch.stream().map(Batches.Waiting::encoding).toList();
    long start = System.nanoTime();
    float[][] vectors;
    long stamp = gate.enter();
    try {
      vectors = chosen.run(encodings);
    } catch (NpuException e) {
      return Collections.nCopies(batch.size(), new EmbedResult.Refused(e));
    } finally {
      gate.leave(stamp);
    }
    long share = (System.nanoTime() - start) / batch.size();
    List<EmbedResult> answers = new ArrayList<>(batch.size());
    for (int row = 0; row < vectors.length; row++) {
      Encoding text = encodings.get(row);
      answers.add(
          new EmbedResult.Embedded(
              new Embedding(vectors[row], text.totalTokens(), text.truncated(), share)));
    }
    return answers;
  }

  /** Tells how many texts are done, if there are more than it told before; the caller's thread. */
  private void tell() {
    int now = done.get();
    if (now > told) {
      told = now;
      progress.at(now, texts.size());
    }
  }
}
