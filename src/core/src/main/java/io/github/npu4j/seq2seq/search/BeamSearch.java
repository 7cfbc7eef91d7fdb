package io.github.npu4j.seq2seq.search;

import io.github.npu4j.seq2seq.generation.Ending;
import io.github.npu4j.seq2seq.generation.Strategy.Beams;
import io.github.npu4j.seq2seq.generation.Strategy.EarlyStopping;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/**
 * Beam search with transformers' bookkeeping: of the best continuations of all beams, enough are
 * looked at that as many unfinished ones as beams remain whatever ends; of those that end, only the
 * ones among the best as many as beams count as answers.
 */
public final class BeamSearch implements Search {

  private static final Comparator<Found> BEST_FIRST =
      Comparator.comparingDouble(Found::score).reversed();

  private final Beams options;
  private final LogitsRules rules;
  private final Stopping stopping;
  private final MemorySegment scratch;
  private final Best best;
  private final Prefix candidate;
  private final List<Found> finished = new ArrayList<>();

  private Prefix[] beams;
  private Prefix[] next;
  private final int[] parents;
  private final int[] tokens;
  private int rows = 1;
  private boolean over;

  /**
   * Begins a search.
   *
   * @param start makes a prefix of the start token
   * @param scratch room for the scores of one row
   */
  public BeamSearch(
      Beams options,
      Supplier<Prefix> start,
      LogitsRules rules,
      Stopping stopping,
      MemorySegment scratch) {
    this.options = options;
    this.rules = rules;
    this.stopping = stopping;
    this.scratch = scratch;
    this.best = new Best(options.beams() * Math.max(2, 1 + stopping.endTokens()));
    this.candidate = start.get();
    this.beams = prefixes(options.beams(), start);
    this.next = prefixes(options.beams(), start);
    this.parents = new int[options.beams()];
    this.tokens = new int[options.beams()];
  }

  private static Prefix[] prefixes(int count, Supplier<Prefix> start) {
    Prefix[] prefixes = new Prefix[count];
    for (int i = 0; i < count; i++) {
      prefixes[i] = start.get();
    }
    return prefixes;
  }

  @Override
  public ScoresNeeded wanted() {
    return ScoresNeeded.SCORES;
  }

  @Override
  public void choose(Decoder decoder, int firstRow) {
    best.clear();
    for (int row = 0; row < rows; row++) {
      lookAt(row, decoder.logits(firstRow + row));
    }
    if (best.size() == 0 && finished.isEmpty()) {
      throw Search.deadEnd();
    }
    goOn();
  }

  /** Offers every continuation of a beam. */
  private void lookAt(int row, MemorySegment logits) {
    float greatest = Logits.get(logits, Logits.argmax(logits));
    float whole = (float) Logits.logSumExp(logits, greatest);
    int count = Logits.count(logits);
    for (int token = 0; token < count; token++) {
      Logits.set(scratch, token, Logits.get(logits, token) - whole);
    }
    rules.apply(beams[row], scratch);
    float before = (float) beams[row].score();
    for (int token = 0; token < count; token++) {
      best.offer(before + Logits.get(scratch, token), row, token);
    }
  }

  private void goOn() {
    int length = beams[0].tokens() + 1;
    List<Found> ended = new ArrayList<>();
    int kept = 0;
    for (int i = 0; i < best.size(); i++) {
      Prefix parent = beams[best.row(i)];
      int token = best.token(i);
      candidate.become(parent);
      candidate.append(token, best.score(i) - parent.score(), true);
      Ending ending = stopping.ending(candidate);
      if (ending == null && kept < options.beams()) {
        next[kept].become(parent);
        next[kept].append(token, best.score(i) - parent.score(), false);
        parents[kept] = best.row(i);
        tokens[kept++] = token;
      } else if (ending != null && i < options.beams()) {
        double score = best.score(i) / Math.pow(length, options.lengthPenalty());
        ended.add(new Found(candidate.answer(), score, ending));
      }
    }
    finish(ended);
    over = kept == 0 || isEnough(length, next[0].score());
    if (kept > 0) {
      Prefix[] previous = beams;
      beams = next;
      next = previous;
      rows = kept;
    }
  }

  private void finish(List<Found> ended) {
    finished.addAll(ended);
    finished.sort(BEST_FIRST);
    while (finished.size() > options.beams()) {
      finished.removeLast();
    }
  }

  /** Returns whether the answers there are can stay. */
  private boolean isEnough(int length, double bestUnfinished) {
    if (finished.size() < options.beams()) {
      return false;
    }
    if (options.stopping() == EarlyStopping.AT_ONCE) {
      return true;
    }
    boolean mayGrow = options.stopping() == EarlyStopping.CERTAIN && options.lengthPenalty() > 0;
    double atLength = mayGrow ? stopping.maximumTokens() : length;
    double hope = bestUnfinished / Math.pow(atLength, options.lengthPenalty());
    return hope <= finished.getLast().score();
  }

  @Override
  public int rows() {
    return over ? 0 : rows;
  }

  @Override
  public int parent(int row) {
    return parents[row];
  }

  @Override
  public int token(int row) {
    return tokens[row];
  }

  @Override
  public List<Found> answers() {
    List<Found> answers = new ArrayList<>(finished);
    if (!over) {
      for (int row = 0; row < rows; row++) {
        double score = beams[row].score() / Math.pow(beams[row].tokens(), options.lengthPenalty());
        answers.add(new Found(beams[row].answer(), score, Ending.CANCELLED));
      }
    }
    return answers.subList(0, Math.min(options.answers(), answers.size()));
  }

  /** The best continuations that were offered, best first; of equals the earlier one. */
  private static final class Best {
    private final float[] scores;
    private final int[] rows;
    private final int[] tokens;
    private int size;

    Best(int most) {
      scores = new float[most];
      rows = new int[most];
      tokens = new int[most];
    }

    void clear() {
      size = 0;
    }

    int size() {
      return size;
    }

    float score(int place) {
      return scores[place];
    }

    int row(int place) {
      return rows[place];
    }

    int token(int place) {
      return tokens[place];
    }

    /** Takes a continuation unless it is impossible or there are enough better ones. */
    void offer(float score, int row, int token) {
      boolean full = size == scores.length;
      if (!(score > (full ? scores[size - 1] : Float.NEGATIVE_INFINITY))) {
        return;
      }
      int place = full ? size - 1 : size++;
      while (place > 0 && scores[place - 1] < score) {
        scores[place] = scores[place - 1];
        rows[place] = rows[place - 1];
        tokens[place] = tokens[place - 1];
        place--;
      }
      scores[place] = score;
      rows[place] = row;
      tokens[place] = token;
    }
  }
}
