package io.github.npu4j.seq2seq;

import io.github.npu4j.seq2seq.generation.Generation;
import io.github.npu4j.store.CacheFigures;
import io.github.npu4j.tokenizer.Encoding;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** What a model's answers are counted by. Safe for use by many threads. */
final class Seq2SeqCounters {

  private final LongAdder texts = new LongAdder();
  private final LongAdder inputTokens = new LongAdder();
  private final LongAdder truncated = new LongAdder();
  private final LongAdder outputTokens = new LongAdder();
  private final LongAdder steps = new LongAdder();
  private final LongAdder queueNanos = new LongAdder();

  /** Counts texts that were answered together. */
  void ran(int decoderSteps, long waited) {
    steps.add(decoderSteps);
    queueNanos.add(waited);
  }

  /** Counts a text and its answers. */
  void count(Encoding text, List<Generation> answers) {
    texts.increment();
    inputTokens.add(text.length());
    if (text.truncated()) {
      truncated.increment();
    }
    answers.forEach(answer -> outputTokens.add(answer.ids().size()));
  }

  /** Returns the figures. */
  Seq2SeqStatistics with(CacheFigures cache) {
    return new Seq2SeqStatistics(
        texts.sum(),
        inputTokens.sum(),
        truncated.sum(),
        outputTokens.sum(),
        steps.sum(),
        queueNanos.sum(),
        cache);
  }
}
