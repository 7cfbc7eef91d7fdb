package io.github.npu4j.seq2seq.generation;

import io.github.npu4j.seq2seq.constraint.Constraint;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How an answer is to be made. Immutable; each {@code with} method returns a changed copy, and two
 * are equal if all their values are.
 *
 * <p>What each option means is what it means to transformers' {@code generate}, in whose order they
 * take effect. A model's own defaults are {@code Seq2Seq.defaults()}.
 */
public final class GenerationOptions {

  private static final GenerationOptions DEFAULTS = new GenerationOptions(new Draft());

  private final int minimumTokens;
  private final int maximumTokens;
  private final Strategy strategy;
  private final float repetitionPenalty;
  private final int noRepeatNgram;
  private final TokenRules tokens;
  private final ScoreRules scores;
  private final Stops stops;
  private final @Nullable Constraint constraint;

  /** The values of options that are being made. */
  private static final class Draft {
    private int minimumTokens;
    private int maximumTokens = Integer.MAX_VALUE;
    private Strategy strategy = new Strategy.Greedy();
    private float repetitionPenalty = 1;
    private int noRepeatNgram;
    private TokenRules tokens = TokenRules.NONE;
    private ScoreRules scores = ScoreRules.NONE;
    private Stops stops = Stops.NONE;
    private @Nullable Constraint constraint;
  }

  private GenerationOptions(Draft draft) {
    this.minimumTokens = draft.minimumTokens;
    this.maximumTokens = draft.maximumTokens;
    this.strategy = Objects.requireNonNull(draft.strategy, "strategy");
    this.repetitionPenalty = draft.repetitionPenalty;
    this.noRepeatNgram = draft.noRepeatNgram;
    this.tokens = Objects.requireNonNull(draft.tokens, "tokens");
    this.scores = Objects.requireNonNull(draft.scores, "scores");
    this.stops = Objects.requireNonNull(draft.stops, "stops");
    this.constraint = draft.constraint;
    if (minimumTokens < 0 || maximumTokens < 1 || minimumTokens > maximumTokens) {
      throw new IllegalArgumentException(
          "from " + minimumTokens + " to " + maximumTokens + " tokens is no length");
    }
    if (!(repetitionPenalty > 0) || !Float.isFinite(repetitionPenalty)) {
      throw new IllegalArgumentException(
          "repetition penalty " + repetitionPenalty + " is not above 0");
    }
    if (noRepeatNgram < 0) {
      throw new IllegalArgumentException("n-grams of " + noRepeatNgram + " tokens can't be");
    }
  }

  /** Returns the options without any rule: greedy, as long as the model allows. */
  public static GenerationOptions defaults() {
    return DEFAULTS;
  }

  private Draft draft() {
    Draft draft = new Draft();
    draft.minimumTokens = minimumTokens;
    draft.maximumTokens = maximumTokens;
    draft.strategy = strategy;
    draft.repetitionPenalty = repetitionPenalty;
    draft.noRepeatNgram = noRepeatNgram;
    draft.tokens = tokens;
    draft.scores = scores;
    draft.stops = stops;
    draft.constraint = constraint;
    return draft;
  }

  /**
   * Returns the least tokens of an answer, the end token not counted; transformers' {@code
   * min_new_tokens}.
   */
  public int minimumTokens() {
    return minimumTokens;
  }

  /**
   * Returns the most tokens of an answer, the end token counted, the decoder's start token not;
   * transformers' {@code max_new_tokens}. A model with a smaller maximum ends there.
   */
  public int maximumTokens() {
    return maximumTokens;
  }

  /** Returns how tokens are chosen. */
  public Strategy strategy() {
    return strategy;
  }

  /**
   * Returns what the score of a token that has come already is divided by, or multiplied where it
   * is negative; 1 for no penalty (Keskar et al. 2019, CTRL).
   */
  public float repetitionPenalty() {
    return repetitionPenalty;
  }

  /** Returns the length of the sequences of tokens that don't come twice; 0 for any may. */
  public int noRepeatNgram() {
    return noRepeatNgram;
  }

  /** Returns the forced and banned tokens. */
  public TokenRules tokens() {
    return tokens;
  }

  /** Returns what else changes the scores of tokens. */
  public ScoreRules scores() {
    return scores;
  }

  /** Returns what ends an answer besides the end token. */
  public Stops stops() {
    return stops;
  }

  /** Returns what an answer may look like, empty for anything. */
  public Optional<Constraint> constraint() {
    return Optional.ofNullable(constraint);
  }

  /** Returns a copy for answers of at least {@code count} tokens. */
  public GenerationOptions withMinimumTokens(int count) {
    Draft draft = draft();
    draft.minimumTokens = count;
    return new GenerationOptions(draft);
  }

  /** Returns a copy for answers of at most {@code count} tokens. */
  public GenerationOptions withMaximumTokens(int count) {
    Draft draft = draft();
    draft.minimumTokens = Math.min(minimumTokens, count);
    draft.maximumTokens = count;
    return new GenerationOptions(draft);
  }

  /** Returns a copy that chooses tokens in this way. */
  public GenerationOptions withStrategy(Strategy chosen) {
    Draft draft = draft();
    draft.strategy = chosen;
    return new GenerationOptions(draft);
  }

  /** Returns a copy that makes tokens that have come already less likely. */
  public GenerationOptions withRepetitionPenalty(float penalty) {
    Draft draft = draft();
    draft.repetitionPenalty = penalty;
    return new GenerationOptions(draft);
  }

  /** Returns a copy in which no sequence of {@code size} tokens comes twice. */
  public GenerationOptions withNoRepeatNgram(int size) {
    Draft draft = draft();
    draft.noRepeatNgram = size;
    return new GenerationOptions(draft);
  }

  /** Returns a copy with other forced and banned tokens. */
  public GenerationOptions withTokens(TokenRules rules) {
    Draft draft = draft();
    draft.tokens = rules;
    return new GenerationOptions(draft);
  }

  /** Returns a copy that changes scores by these rules. */
  public GenerationOptions withScores(ScoreRules rules) {
    Draft draft = draft();
    draft.scores = rules;
    return new GenerationOptions(draft);
  }

  /** Returns a copy that ends answers there. */
  public GenerationOptions withStops(Stops conditions) {
    Draft draft = draft();
    draft.stops = conditions;
    return new GenerationOptions(draft);
  }

  /** Returns a copy whose answers are held to a constraint. */
  public GenerationOptions withConstraint(@Nullable Constraint held) {
    Draft draft = draft();
    draft.constraint = held;
    return new GenerationOptions(draft);
  }

  /** Returns whether the same text always gets the same answer. */
  public boolean isDeterministic() {
    return !(strategy instanceof Strategy.Sampling);
  }

  private List<Object> values() {
    return List.of(
        minimumTokens,
        maximumTokens,
        strategy,
        repetitionPenalty,
        noRepeatNgram,
        tokens,
        scores,
        stops);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof GenerationOptions that
        && values().equals(that.values())
        && Objects.equals(constraint, that.constraint);
  }

  @Override
  public int hashCode() {
    return 31 * values().hashCode() + Objects.hashCode(constraint);
  }

  @Override
  public String toString() {
    return "GenerationOptions[minimumTokens="
        + minimumTokens
        + ", maximumTokens="
        + maximumTokens
        + ", strategy="
        + strategy
        + ", repetitionPenalty="
        + repetitionPenalty
        + ", noRepeatNgram="
        + noRepeatNgram
        + ", tokens="
        + tokens
        + ", scores="
        + scores
        + ", stops="
        + stops
        + ", constraint="
        + constraint
        + "]";
  }
}
