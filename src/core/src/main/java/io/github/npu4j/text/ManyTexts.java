package io.github.npu4j.text;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.BadModelException;
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

  /**
   * So many texts are tokenized before the first of them runs; bounds the memory of a long list.
   */
  private static final int WINDOW = 4096;

  /** So many batches for each thread make it worth while to open the model once more. */
  private static final int BATCHES_A_THREAD = 4;

  /** Texts that a thread tokenizes before it looks for more. */
  private static final int TEXTS_AT_ONCE = 64;

  private final OpenedTextModel opened;
  private final KnownTexts known;
  private final CallGate gate;
  private final int batchTokens;
  private final List<String> texts;
  private final Role role;
  private final BatchProgress progress;
  private final Outcome[] outcomes;
  private final AtomicInteger done = new AtomicInteger();
  private int told;

  /**
   * Prepares a call.
   *
   * @param batchTokens the most tokens of a batch, padding included
   */
  ManyTexts(
      OpenedTextModel opened,
      KnownTexts known,
      CallGate gate,
      int batchTokens,
      List<String> texts,
      Role role,
      BatchProgress progress) {
    this.opened = opened;
    this.known = known;
    this.gate = gate;
    this.batchTokens = batchTokens;
    this.texts = texts;
    this.role = role;
    this.progress = progress;
    this.outcomes = new Outcome[texts.size()];
  }

  /** Embeds them all and returns their outcomes in the order of the texts. */
  List<Outcome> embed() {
    for (int from = 0; from < texts.size(); from += WINDOW) {
      window(from, Math.min(from + WINDOW, texts.size()));
    }
    return Arrays.asList(outcomes);
  }

  private void window(int from, int to) {
    int threads = opened.sideBySide().threads();
    Batches.@Nullable Waiting[] encoded = new Batches.@Nullable Waiting[to - from];
    int chunks = Math.ceilDiv(to - from, TEXTS_AT_ONCE);
    Crew.each(
        chunks,
        threads,
        chunk -> {
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
        batches.size() >= BATCHES_A_THREAD * threads
            ? opened.sideBySide().runner()
            : Optional.empty();
    TextRunner runner = alone.orElse(opened.runner());
    Crew.each(
        batches.size(),
        alone.isPresent() ? threads : 1,
        index -> run(runner, batches.get(index)),
        this::tell);
    tell();
  }

  /** Tokenizes a text, unless its embedding is known or it can't have one. */
  private void encode(int place, Batches.@Nullable Waiting[] encoded, int index) {
    gate.requireOpen();
    String text = texts.get(place);
    Embedding found = known.find(text, role);
    if (found != null) {
      outcomes[place] = new Outcome.Embedded(found);
      return;
    }
    try {
      encoded[index] = new Batches.Waiting(place, opened.encoder().encode(text, role));
    } catch (BadInputException | BadModelException e) {
      outcomes[place] = new Outcome.Refused(e);
    }
  }

  private void run(TextRunner runner, List<Batches.Waiting> batch) {
    List<Outcome> answers = answers(runner, batch);
    for (int row = 0; row < batch.size(); row++) {
      int place = batch.get(row).place();
      outcomes[place] = answers.get(row);
      if (answers.get(row) instanceof Outcome.Embedded(Embedding embedding)) {
        known.keep(texts.get(place), role, embedding);
      }
    }
    done.addAndGet(batch.size());
  }

  private List<Outcome> answers(TextRunner runner, List<Batches.Waiting> batch) {
    List<Encoding> encodings = batch.stream().map(Batches.Waiting::encoding).toList();
    long start = System.nanoTime();
    float[][] vectors;
    long stamp = gate.enter();
    try {
      vectors = runner.run(encodings);
    } catch (NpuException e) {
      return Collections.nCopies(batch.size(), new Outcome.Refused(e));
    } finally {
      gate.leave(stamp);
    }
    long share = (System.nanoTime() - start) / batch.size();
    List<Outcome> answers = new ArrayList<>(batch.size());
    for (int row = 0; row < vectors.length; row++) {
      Encoding text = encodings.get(row);
      answers.add(
          new Outcome.Embedded(
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
