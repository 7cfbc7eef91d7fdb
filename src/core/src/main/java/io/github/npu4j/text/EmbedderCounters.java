package io.github.npu4j.text;

import io.github.npu4j.store.CacheFigures;
import io.github.npu4j.tokenizer.Encoding;
import java.util.concurrent.atomic.LongAdder;

/** What an embedder counts. Safe for use by many threads. */
final class EmbedderCounters {

  private final LongAdder texts = new LongAdder();
  private final LongAdder tokens = new LongAdder();
  private final LongAdder truncated = new LongAdder();
  private final LongAdder executions = new LongAdder();
  private final LongAdder paddedTokens = new LongAdder();
  private final LongAdder queueNanos = new LongAdder();

  /** Counts a run, of one text or a batch. */
  void ran(TextBinding binding) {
    executions.increment();
    paddedTokens.add((long) binding.batch() * binding.length());
    long waited = binding.queueNanos();
    if (waited > 0) {
      queueNanos.add(waited);
    }
  }

  /** Counts a text that was run. */
  void count(Encoding text) {
    texts.increment();
    tokens.add(text.length());
    if (text.truncated()) {
      truncated.increment();
    }
  }

  /** Returns the figures. */
  EmbedderStatistics with(CacheFigures cache) {
    return new EmbedderStatistics(
        texts.sum(),
        tokens.sum(),
        truncated.sum(),
        executions.sum(),
        paddedTokens.sum(),
        queueNanos.sum(),
        cache);
  }
}
