package io.github.npu4j.seq2seq.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.seq2seq.generation.Ending;
import io.github.npu4j.seq2seq.generation.GenerationOptions;
import io.github.npu4j.seq2seq.generation.Strategy.Beams;
import io.github.npu4j.seq2seq.generation.Strategy.EarlyStopping;
import io.github.npu4j.seq2seq.generation.TokenRules;
import io.github.npu4j.seq2seq.search.Search.Found;
import io.github.npu4j.tokenizer.Encoding;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BeamSearchTest {

  private static final int VOCABULARY = 4;
  private static final int END = 1;
  private static final int MOST_TOKENS = 4;

  /** As many as there can be unfinished answers of three tokens, so that none is lost. */
  private static final int ENOUGH_BEAMS = 40;

  private static final Encoding TEXT = new Encoding(new long[] {5, 1}, new long[0], 2);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void findsWhatTryingAllFinds(long seed) {
    for (float penalty : new float[] {0, 0.6f, 1, 2, -0.5f}) {
      Beams beams = new Beams(ENOUGH_BEAMS, 10, penalty, EarlyStopping.CERTAIN);
      List<Found> found = search(beams, seed, GenerationOptions.defaults());
      List<Found> expected = tryAll(seed, penalty).subList(0, 10);
      assertEquals(
          expected.stream().map(Found::ids).toList(), found.stream().map(Found::ids).toList());
      for (int i = 0; i < 10; i++) {
        assertEquals(expected.get(i).score(), found.get(i).score(), 1e-4);
      }
    }
  }

  @Test
  void fewBeamsFindNoBetterThanAll() {
    for (long seed = 1; seed < 30; seed++) {
      double best = tryAll(seed, 1).getFirst().score();
      double two = search(Beams.of(2), seed, GenerationOptions.defaults()).getFirst().score();
      assertTrue(two <= best + 1e-5, "a score of " + two + " above the best, " + best);
    }
  }

  @Test
  void answersComeBestFirstAndAreDifferent() {
    List<Found> found =
        search(new Beams(8, 8, 1, EarlyStopping.LIKELY), 3, GenerationOptions.defaults());
    assertEquals(8, found.size());
    assertEquals(8, found.stream().map(Found::ids).distinct().count());
    for (int i = 1; i < found.size(); i++) {
      assertTrue(found.get(i - 1).score() >= found.get(i).score());
    }
  }

  @Test
  void stopsEarlierWhenItMay() {
    Beams soon = new Beams(3, 1, 1, EarlyStopping.AT_ONCE);
    Beams late = new Beams(3, 1, 1, EarlyStopping.CERTAIN);
    int soonSteps = 0;
    int lateSteps = 0;
    for (long seed = 1; seed < 20; seed++) {
      soonSteps += steps(soon, seed);
      lateSteps += steps(late, seed);
    }
    assertTrue(soonSteps < lateSteps, soonSteps + " steps at once, " + lateSteps + " when certain");
  }

  @Test
  void saysThatTheRulesLeaveNothing() {
    GenerationOptions options =
        GenerationOptions.defaults().withTokens(TokenRules.NONE.withBanned(Set.of(0, 1, 2, 3)));
    assertThrows(BadInputException.class, () -> search(Beams.of(2), 1, options));
  }

  private static int steps(Beams beams, long seed) {
    try (TableDecoder decoder = decoder(seed, beams.beams());
        Arena arena = Arena.ofConfined()) {
      run(decoder, beams, GenerationOptions.defaults(), arena);
      return decoder.steps();
    }
  }

  private static List<Found> search(Beams beams, long seed, GenerationOptions options) {
    try (TableDecoder decoder = decoder(seed, beams.beams());
        Arena arena = Arena.ofConfined()) {
      return run(decoder, beams, options, arena).answers();
    }
  }

  private static Search run(
      TableDecoder decoder, Beams beams, GenerationOptions options, Arena arena) {
    Stopping stopping = new Stopping(Set.of(END), MOST_TOKENS, List.of(), _ -> "");
    BeamSearch search =
        new BeamSearch(
            beams,
            () -> new Prefix(0, MOST_TOKENS, null),
            LogitsRules.of(
                options, VOCABULARY, MOST_TOKENS, List.of(END), new long[0], _ -> List.of()),
            stopping,
            arena.allocate((long) VOCABULARY * Float.BYTES, Float.BYTES));
    new DecodeLoop(decoder, List.of(search), new int[] {0}, beams.beams())
        .run(List.of(TEXT), () -> false);
    return search;
  }

  private static TableDecoder decoder(long seed, int rows) {
    return new TableDecoder(VOCABULARY, rows, ids -> scores(seed, ids));
  }

  private static float[] scores(long seed, List<Integer> ids) {
    SplittableRandom random = new SplittableRandom(seed * 31 + ids.hashCode());
    float[] scores = new float[VOCABULARY];
    for (int token = 0; token < VOCABULARY; token++) {
      scores[token] = (float) random.nextGaussian() * 2;
    }
    return scores;
  }

  /** Returns every possible answer, best first. */
  private static List<Found> tryAll(long seed, float penalty) {
    List<Found> all = new ArrayList<>();
    extend(seed, penalty, List.of(), 0, all);
    all.sort(Comparator.comparingDouble(Found::score).reversed());
    return all;
  }

  private static void extend(
      long seed, float penalty, List<Integer> ids, double score, List<Found> all) {
    boolean ended = !ids.isEmpty() && ids.getLast() == END;
    if (ended || ids.size() == MOST_TOKENS) {
      all.add(new Found(ids, score / Math.pow(ids.size(), penalty), Ending.END_TOKEN));
      return;
    }
    float[] scores = scores(seed, ids);
    double sum = 0;
    for (float one : scores) {
      sum += Math.exp(one);
    }
    for (int token = 0; token < VOCABULARY; token++) {
      List<Integer> longer = new ArrayList<>(ids);
      longer.add(token);
      extend(seed, penalty, List.copyOf(longer), score + scores[token] - Math.log(sum), all);
    }
  }
}
