package io.github.npu4j.seq2seq;

import io.github.npu4j.engine.Placement;
import io.github.npu4j.seq2seq.search.Decoder;
import io.github.npu4j.seq2seq.search.DecoderSource;
import io.github.npu4j.seq2seq.search.ScoresNeeded;
import io.github.npu4j.seq2seq.search.Shortlist;
import io.github.npu4j.tokenizer.Encoding;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A model that counts how often its shortlists were requested, and how often they did not do. */
public record CountingSource(DecoderSource source, AtomicLong lists, AtomicLong fallbacks)
    implements DecoderSource {

  public CountingSource(DecoderSource source) {
    this(source, new AtomicLong(), new AtomicLong());
  }

  /** Returns how many shortlists were looked at. */
  public long asked() {
    return lists.get();
  }

  /** Returns how many of their rows were decided by all scores. */
  public long scored() {
    return fallbacks.get();
  }

  @Override
  public Placement placement() {
    return source.placement();
  }

  @Override
  public int maxInputTokens() {
    return source.maxInputTokens();
  }

  @Override
  public int maxNewTokens() {
    return source.maxNewTokens();
  }

  @Override
  public int vocabulary() {
    return source.vocabulary();
  }

  @Override
  public int mostTexts() {
    return source.mostTexts();
  }

  @Override
  public int bucket(int textTokens) {
    return source.bucket(textTokens);
  }

  @Override
  public Decoder newDecoder(int bucket) {
    Decoder decoder = source.newDecoder(bucket);
    return new Decoder() {
      private boolean listed;

      @Override
      public void begin(List<Encoding> texts, int mostRows, ScoresNeeded wanted) {
        decoder.begin(texts, mostRows, wanted);
      }

      @Override
      public void advance(int rows, int[] parents, int[] tokens) {
        decoder.advance(rows, parents, tokens);
      }

      @Override
      public @Nullable Shortlist shortlist(int row) {
        Shortlist list = decoder.shortlist(row);
        listed = list != null;
        if (listed) {
          lists.incrementAndGet();
        }
        return list;
      }

      @Override
      public MemorySegment logits(int row) {
        if (listed) {
          fallbacks.incrementAndGet();
        }
        return decoder.logits(row);
      }

      @Override
      public void close() {
        decoder.close();
      }
    };
  }

  @Override
  public void close() {
    source.close();
  }
}
