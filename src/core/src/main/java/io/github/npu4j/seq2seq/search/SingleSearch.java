package io.github.npu4j.seq2seq.search;

import io.github.npu4j.seq2seq.generation.Ending;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One answer, token by token: the most probable token, or one that is drawn. Allocates nothing a
 * step where nothing is drawn and there is no listener.
 */
public final class SingleSearch implements Search {

  private static final int UNPROVED = -1;

  private final Prefix prefix;
  private final LogitsRules rules;
  private final Stopping stopping;
  private final @Nullable Sampler sampler;
  private final @Nullable MemorySegment scratch;
  private final @Nullable TextStream stream;
  private final UnscoredTokens unscored = new UnscoredTokens();
  private @Nullable Ending ending;
  private int token;

  /**
   * Begins a search.
   *
   * @param prefix the start token
   * @param sampler draws the tokens, or {@code null} for the most probable ones
   * @param scratch room for the scores of one row, needed if there are rules or a sampler
   * @param stream is called with the tokens, or {@code null}
   */
  public SingleSearch(
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
  public ScoresNeeded wanted() {
    return sampler == null && rules.onlyBan() ? ScoresNeeded.BEST : ScoresNeeded.SCORES;
  }

  @Override
  public void choose(Decoder decoder, int firstRow) {
    Shortlist list = decoder.shortlist(firstRow);
    int proved = list == null ? UNPROVED : best(list);
    if (list != null && proved != UNPROVED) {
      token = proved;
      prefix.append(token, 0, stopping.isEnd(token));
      prefix.addScore(unscored.add(list, token));
    } else {
      chooseFrom(decoder.logits(firstRow));
    }
    ending = stopping.ending(prefix);
    if (stream != null) {
      stream.add(token);
    }
  }

  /** Returns the token that has the greatest of all scores, if a shortlist proves that one has. */
  private int best(Shortlist list) {
    if (scratch != null) {
      for (int place = 0; place < list.size(); place++) {
        Logits.set(scratch, list.token(place), list.score(place));
      }
      rules.apply(prefix, scratch);
    }
    float greatest = Float.NEGATIVE_INFINITY;
    float next = list.others();
    int best = UNPROVED;
    for (int place = 0; place < list.size(); place++) {
      int candidate = list.token(place);
      float score = scratch == null ? list.score(place) : Logits.get(scratch, candidate);
      if (score > greatest) {
        next = Math.max(next, greatest);
        greatest = score;
        best = candidate;
      } else {
        next = Math.max(next, score);
      }
    }
    return greatest - next > list.margin() ? best : UNPROVED;
  }

  private void chooseFrom(MemorySegment raw) {
    int best = Logits.argmax(raw);
    double whole = Logits.logSumExp(raw, Logits.get(raw, best));
    token = scratch == null ? best : chooseFrom(raw, scratch);
    prefix.append(token, Logits.get(raw, token) - whole, stopping.isEnd(token));
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
  public void finish() {
    prefix.addScore(unscored.settle());
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
