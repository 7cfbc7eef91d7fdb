package io.github.npu4j.seq2seq.search;

import io.github.npu4j.seq2seq.generation.GenerationOptions;
import io.github.npu4j.tokenizer.Encoding;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Set;

/** A model whose scores are the same at each step, and whose shortlist says what it is told to. */
final class ListedDecoder implements Decoder, Shortlist {

  private static final int END = 1;

  private final float[] scores;
  private final float others;
  private final float margin;
  private final int[] tokens;
  private int scored;

  ListedDecoder(float[] scores, float others, float margin, int... tokens) {
    this.scores = scores;
    this.others = others;
    this.margin = margin;
    this.tokens = tokens;
  }

  /** Returns how often all scores were requested. */
  int scored() {
    return scored;
  }

  /** Returns the best token by all scores. */
  int best() {
    return Logits.argmax(rows(1));
  }

  /** Returns a greedy search over this model. */
  Search search(GenerationOptions options) {
    int most = options.maximumTokens();
    LogitsRules rules =
        LogitsRules.of(options, scores.length, most, List.of(END), new long[0], _ -> List.of());
    return new SingleSearch(
        new Prefix(0, most, null),
        rules,
        new Stopping(Set.of(END), most, List.of(), _ -> ""),
        null,
        rules.isEmpty() ? null : Arena.ofAuto().allocate(4L * scores.length, 4),
        null);
  }

  private MemorySegment rows(int count) {
    MemorySegment rows = Arena.ofAuto().allocate(4L * scores.length * count, 4);
    for (int row = 0; row < count; row++) {
      for (int token = 0; token < scores.length; token++) {
        Logits.set(rows, row * scores.length + token, scores[token]);
      }
    }
    return rows;
  }

  @Override
  public void begin(List<Encoding> texts, int mostRows, ScoresNeeded wanted) {}

  @Override
  public void advance(int rows, int[] parents, int[] next) {}

  @Override
  public MemorySegment logits(int row) {
    scored++;
    return rows(1);
  }

  @Override
  public Shortlist shortlist(int row) {
    return this;
  }

  @Override
  public void close() {}

  @Override
  public int size() {
    return tokens.length;
  }

  @Override
  public int token(int place) {
    return tokens[place];
  }

  @Override
  public float score(int place) {
    return scores[tokens[place]];
  }

  @Override
  public float others() {
    return others;
  }

  @Override
  public float margin() {
    return margin;
  }

  @Override
  public int width() {
    return 1;
  }

  @Override
  public void copyState(float[] into, int at) {
    into[at] = 7;
  }

  @Override
  public int mostStates() {
    return 4;
  }

  @Override
  public MemorySegment logits(float[] states, int count) {
    for (int i = 0; i < count; i++) {
      if (states[i] != 7) {
        throw new IllegalStateException("state " + i + " is " + states[i]);
      }
    }
    return rows(count);
  }
}
