package io.github.npu4j.seq2seq;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One answer, token by token: the most probable token, or one that is drawn. Allocates nothing a
 * step where nothing is drawn and nobody listens.
 */
final class SingleSearch implements Search {

  private final Prefix prefix;
  private final LogitsRules rules;
  private final Stopping stopping;
  private final @Nullable Sampler sampler;
  private final @Nullable MemorySegment scratch;
  private final @Nullable TextStream stream;
  private @Nullable Ending ending;
  private int token;

  /**
   * Begins a search.
   *
   * @param prefix the start token
   * @param sampler draws the tokens, or {@code null} for the most probable ones
   * @param scratch room for the scores of one row, needed if there are rules or a sampler
   * @param stream hears the tokens, or {@code null}
   */
  SingleSearch(
      Prefix prefix,
      LogitsRules rules,
      Stopping stopping,
      @Nullable Sampler sampler,
      @Nullable MemorySegment scratch,
      @Nullable TextStream stream) {
    this.prefix = prefix;
    this.rules = rules;
    this.stopping = stopping;
    this.sampler = sampler;
    this.scratch = scratch;
    this.stream = stream;
  }

  @Override
  public void choose(Decoder decoder, int firstRow) {
    MemorySegment raw = decoder.logits(firstRow);
    int best = Logits.argmax(raw);
    double whole = Logits.logSumExp(raw, Logits.get(raw, best));
    token = scratch == null ? best : chooseFrom(raw, scratch);
    prefix.append(token, Logits.get(raw, token) - whole, stopping.isEnd(token));
    ending = stopping.ending(prefix);
    if (stream != null) {
      stream.add(token);
    }
  }

  private int chooseFrom(MemorySegment raw, MemorySegment scores) {
    MemorySegment.copy(raw, 0, scores, 0, raw.byteSize());
    rules.apply(prefix, scores);
    int chosen = Logits.argmax(scores);
    if (Logits.get(scores, chosen) == Float.NEGATIVE_INFINITY) {
      throw Search.deadEnd();
    }
    return sampler == null ? chosen : sampler.draw(scores, Logits.get(scores, chosen));
  }

  @Override
  public int rows() {
    return ending == null ? 1 : 0;
  }

  @Override
  public int parent(int row) {
    return 0;
  }

  @Override
  public int token(int row) {
    return token;
  }

  @Override
  public List<Found> answers() {
    return List.of(
        new Found(prefix.answer(), prefix.score(), ending == null ? Ending.CANCELLED : ending));
  }
}
