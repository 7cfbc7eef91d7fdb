package io.github.npu4j.seq2seq.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.seq2seq.constraint.Constraint;
import io.github.npu4j.seq2seq.generation.Ending;
import io.github.npu4j.seq2seq.generation.GenerationOptions;
import io.github.npu4j.seq2seq.generation.Stops;
import io.github.npu4j.seq2seq.generation.TokenRules;
import io.github.npu4j.seq2seq.search.Search.Found;
import io.github.npu4j.testing.Allocation;
import io.github.npu4j.tokenizer.Encoding;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class SingleSearchTest {

  private static final int VOCABULARY = 6;
  private static final int END = 1;
  private static final Encoding TEXT = new Encoding(new long[] {5, 1}, new long[0], 2);

  /** Counts up from 2 to 5 and begins again; after each token the end is second best. */
  private static float[] counting(List<Integer> ids) {
    float[] scores = new float[VOCABULARY];
    int last = ids.isEmpty() ? 5 : ids.getLast();
    scores[END] = 2;
    scores[last >= 5 || last < 2 ? 2 : last + 1] = 3;
    return scores;
  }

  @Test
  void takesTheBestUntilThereAreEnough() {
    Found found = search(GenerationOptions.defaults().withMaximumTokens(6));
    assertEquals(List.of(2, 3, 4, 5, 2, 3), found.ids());
    assertEquals(Ending.MAXIMUM_LENGTH, found.ending());
    double each = 3 - Math.log(Math.exp(3) + Math.exp(2) + 4);
    assertEquals(6 * each, found.score(), 1e-5);
  }

  @Test
  void endsWithTheEndToken() {
    Found found =
        search(
            GenerationOptions.defaults().withMaximumTokens(20),
            ids -> ids.size() == 3 ? new float[] {0, 9, 0, 0, 0, 0} : counting(ids),
            List.of());
    assertEquals(List.of(2, 3, 4, END), found.ids());
    assertEquals(Ending.END_TOKEN, found.ending());
  }

  @Test
  void doesNotEndTooEarly() {
    Found found =
        search(
            GenerationOptions.defaults().withMaximumTokens(5).withMinimumTokens(5),
            ids -> ids.size() == 3 ? new float[] {0, 9, 0, 0, 0, 0} : counting(ids),
            List.of());
    assertEquals(List.of(2, 3, 4, 0, 2), found.ids());
  }

  @Test
  void eachRuleActs() {
    GenerationOptions options = GenerationOptions.defaults().withMaximumTokens(8);
    assertEquals(
        List.of(2, 3, 4, 5, END), search(options.withNoRepeatNgram(1)).ids(), "no token twice");
    assertEquals(List.of(2, 3, 4, 5, 2, END), search(options.withNoRepeatNgram(2)).ids());
    TokenRules rules = TokenRules.NONE;
    assertEquals(
        List.of(2, 3, END),
        search(options.withTokens(rules.withBannedSequences(List.of(List.of(3, 4))))).ids());
    assertEquals(List.of(2, END), search(options.withTokens(rules.withBanned(Set.of(3)))).ids());
    assertEquals(
        List.of(4, 4, 5, 2),
        search(options.withMaximumTokens(4).withTokens(rules.withFirst(List.of(4, 4)))).ids());
    TokenRules last = new TokenRules(List.of(), OptionalInt.of(0), Set.of(), List.of(), List.of());
    assertEquals(List.of(2, 3, 0), search(options.withMaximumTokens(3).withTokens(last)).ids());
    assertEquals(List.of(2, 3, 4, 5, END), search(options.withRepetitionPenalty(2)).ids());
  }

  @Test
  void saysThatTheRulesLeaveNothing() {
    GenerationOptions options =
        GenerationOptions.defaults()
            .withTokens(TokenRules.NONE.withBanned(Set.of(0, 1, 2, 3, 4, 5)));
    assertThrows(BadInputException.class, () -> search(options));
  }

  @Test
  void refusesTokensThatTheModelDoesNotHave() {
    GenerationOptions options =
        GenerationOptions.defaults().withTokens(TokenRules.NONE.withBanned(Set.of(6)));
    BadInputException refused = assertThrows(BadInputException.class, () -> search(options));
    assertEquals("there is no token 6", refused.what());
  }

  @Test
  void keepsToAConstraint() {
    Found found =
        search(
            GenerationOptions.defaults()
                .withMaximumTokens(9)
                .withConstraint(new Spelled(List.of(5, 5, 3), 0)));
    assertEquals(List.of(5, 5, 3, END), found.ids());
  }

  /** Allows one answer. */
  private record Spelled(List<Integer> answer, int done) implements Constraint {
    @Override
    public void allowed(long[] words) {
      words[0] |= 1L << (done == answer.size() ? END : answer.get(done));
    }

    @Override
    public Constraint after(int token) {
      return new Spelled(answer, done + 1);
    }
  }

  @Test
  void stopsAtATextOrAToken() {
    GenerationOptions options = GenerationOptions.defaults().withMaximumTokens(9);
    Found text =
        search(
            options.withStops(new Stops(Set.of(), List.of("3,4"))),
            SingleSearchTest::counting,
            List.of("3,4"));
    assertEquals(List.of(2, 3, 4), text.ids());
    assertEquals(Ending.STOP_STRING, text.ending());
  }

  @Test
  void endsWhenItIsCancelled() {
    AtomicInteger asked = new AtomicInteger();
    try (TableDecoder decoder = new TableDecoder(VOCABULARY, 1, SingleSearchTest::counting);
        Arena arena = Arena.ofConfined()) {
      Search search = greedy(GenerationOptions.defaults(), List.of(), arena);
      DecodeLoop loop = new DecodeLoop(decoder, List.of(search), new int[] {0}, 1);
      loop.run(List.of(TEXT), () -> asked.incrementAndGet() == 4);
      Found found = search.answers().getFirst();
      assertEquals(List.of(2, 3, 4, 5), found.ids());
      assertEquals(Ending.CANCELLED, found.ending());
      assertEquals(3, loop.timings().steps());
    }
  }

  @Test
  void severalTextsEndOneByOne() {
    try (TableDecoder decoder = new TableDecoder(VOCABULARY, 3, SingleSearchTest::counting);
        Arena arena = Arena.ofConfined()) {
      GenerationOptions options = GenerationOptions.defaults();
      List<Search> searches =
          List.of(
              greedy(options.withMaximumTokens(2), List.of(), arena),
              greedy(options.withMaximumTokens(5), List.of(), arena),
              greedy(options.withMaximumTokens(3), List.of(), arena));
      new DecodeLoop(decoder, searches, new int[] {0, 1, 2}, 3)
          .run(List.of(TEXT, TEXT, TEXT), () -> false);
      assertEquals(List.of(2, 3), searches.get(0).answers().getFirst().ids());
      assertEquals(List.of(2, 3, 4, 5, 2), searches.get(1).answers().getFirst().ids());
      assertEquals(List.of(2, 3, 4), searches.get(2).answers().getFirst().ids());
    }
  }

  @Test
  void refusesForcedTokensTogetherWithAConstraint() {
    Constraint anything =
        new Constraint() {
          @Override
          public void allowed(long[] words) {
            words[0] = -1;
          }

          @Override
          public Constraint after(int token) {
            return this;
          }
        };
    GenerationOptions options =
        GenerationOptions.defaults()
            .withConstraint(anything)
            .withTokens(TokenRules.NONE.withFirst(List.of(3)));
    BadInputException refused = assertThrows(BadInputException.class, () -> search(options));
    assertTrue(refused.getMessage().contains("forced"), refused.getMessage());
  }

  @Test
  void aGreedyStepAllocatesNothing() {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment logits = arena.allocate(4L * VOCABULARY, 4);
      logits.setAtIndex(java.lang.foreign.ValueLayout.JAVA_FLOAT, 3, 1);
      Decoder still =
          new Decoder() {
            @Override
            public void begin(List<Encoding> texts, int mostRows, ScoresNeeded wanted) {}

            @Override
            public void advance(int rows, int[] parents, int[] tokens) {}

            @Override
            public MemorySegment logits(int row) {
              return logits;
            }

            @Override
            public void close() {}
          };
      Stopping stopping = new Stopping(Set.of(END), 1 << 20, List.of(), _ -> "");
      SingleSearch[] search = new SingleSearch[1];
      LogitsRules none =
          LogitsRules.of(
              GenerationOptions.defaults(),
              VOCABULARY,
              1 << 20,
              List.of(END),
              new long[0],
              _ -> List.of());
      search[0] = new SingleSearch(new Prefix(0, 1 << 20, null), none, stopping, null, null, null);
      assertEquals(
          0,
          Allocation.leastBytes(() -> {
            for (int i = 0; i < 500; i++) {
              search[0].choose(still, 0);
            }
          }));
    }
  }

  @Test
  void aShortlistDecidesWhatItProves() {
    float[] scores = {0, 2, 3, 1, 0, -1};
    ListedDecoder lead = new ListedDecoder(scores, 1.5f, 0.25f, 1, 2, 3);
    assertEquals(List.of(2, 2), greedy(lead, GenerationOptions.defaults()));
    assertEquals(0, lead.scored());
    assertEquals(List.of(1), greedy(lead, banning(2)), "the end token is the next best");
    assertEquals(0, lead.scored());
    assertEquals(List.of(3, 3), greedy(lead, banning(1, 2)));
    assertEquals(2, lead.scored(), "others may be up to 1.5");
    assertEquals(List.of(4, 4), greedy(lead, banning(0, 1, 2, 3)));
    assertEquals(4, lead.scored(), "nothing of the list may come");
  }

  @Test
  void allScoresDecideWhatAShortlistDoesNotProve() {
    float[] scores = {0, 2, 3, 1, 0, -1};
    for (ListedDecoder open :
        List.of(
            new ListedDecoder(scores, 1.5f, 1, 1, 2, 3),
            new ListedDecoder(scores, 2.75f, 0.25f, 1, 2, 3),
            new ListedDecoder(scores, 3, 0, 1, 2, 3),
            new ListedDecoder(scores, 1.5f, Float.POSITIVE_INFINITY, 1, 2, 3),
            new ListedDecoder(scores, Float.NaN, 0.25f, 1, 2, 3),
            new ListedDecoder(scores, 1.5f, Float.NaN, 1, 2, 3),
            new ListedDecoder(scores, Float.POSITIVE_INFINITY, 0.25f, 1, 2, 3),
            new ListedDecoder(new float[] {0, 3, 3, 1, 0, -1}, 1.5f, 0, 3, 2, 1))) {
      List<Integer> best = open.best() == END ? List.of(END) : List.of(2, 2);
      assertEquals(best, greedy(open, GenerationOptions.defaults()));
      assertEquals(best.size(), open.scored());
    }
    ListedDecoder noNumbers =
        new ListedDecoder(new float[] {0, 1, Float.NaN, 0, 5, 0}, 0.5f, 0.25f, 1, 2, 4);
    assertEquals(List.of(4, 4), greedy(noNumbers, GenerationOptions.defaults()));
    assertEquals(2, noNumbers.scored());
  }

  @Test
  void tokensOfShortlistsHaveTheScoreOfAll() {
    float[] scores = {0, 2, 3, 1, 0, -1};
    ListedDecoder lead = new ListedDecoder(scores, 1.5f, 0.25f, 1, 2, 3);
    Search search = lead.search(GenerationOptions.defaults().withMaximumTokens(50));
    for (int tokens = 1; tokens <= 11; tokens++) {
      search.choose(lead, 0);
    }
    search.finish();
    Found found = search.answers().getFirst();
    assertEquals(Ending.CANCELLED, found.ending());
    double sum = 2 + Math.exp(2) + Math.exp(3) + Math.exp(1) + Math.exp(-1);
    assertEquals(11 * (3 - Math.log(sum)), found.score(), 1e-4);
    assertEquals(0, lead.scored());
  }

  private static GenerationOptions banning(Integer... tokens) {
    return GenerationOptions.defaults().withTokens(TokenRules.NONE.withBanned(Set.of(tokens)));
  }

  private static List<Integer> greedy(ListedDecoder decoder, GenerationOptions options) {
    Search search = decoder.search(options.withMaximumTokens(2));
    new DecodeLoop(decoder, List.of(search), new int[] {0}, 1).run(List.of(TEXT), () -> false);
    return search.answers().getFirst().ids();
  }

  private static Found search(GenerationOptions options) {
    return search(options, SingleSearchTest::counting, List.of());
  }

  private static Found search(
      GenerationOptions options, Function<List<Integer>, float[]> scores, List<String> stops) {
    try (TableDecoder decoder = new TableDecoder(VOCABULARY, 1, scores);
        Arena arena = Arena.ofConfined()) {
      Search search = greedy(options, stops, arena);
      new DecodeLoop(decoder, List.of(search), new int[] {0}, 1).run(List.of(TEXT), () -> false);
      return search.answers().getFirst();
    }
  }

  private static Search greedy(GenerationOptions options, List<String> stops, Arena arena) {
    int most = Math.min(options.maximumTokens(), 1000);
    LogitsRules rules =
        LogitsRules.of(options, VOCABULARY, most, List.of(END), new long[0], _ -> List.of());
    return new SingleSearch(
        new Prefix(0, most, options.constraint().orElse(null)),
        rules,
        new Stopping(Set.of(END), most, stops, SingleSearchTest::numbers),
        null,
        rules.isEmpty() ? null : arena.allocate(4L * VOCABULARY, 4),
        null);
  }

  private static String numbers(long[] ids) {
    return String.join(",", java.util.Arrays.stream(ids).mapToObj(Long::toString).toList());
  }
}
