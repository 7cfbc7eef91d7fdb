package io.github.npu4j.seq2seq.generation;

import io.github.npu4j.seq2seq.constraint.Constraint;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How an answer is to be made. Immutable; each {@code with} method returns a changed copy.
 *
 * <p>What each option means is what it means to transformers' {@code generate}, in whose order they
 * take effect. A model's own defaults are {@code Seq2Seq.defaults()}.
 *
 * @param minimumTokens the least tokens of an answer, the end token not counted; transformers'
 *     {@code min_new_tokens}
 * @param maximumTokens the most tokens of an answer, the end token counted, the decoder's start
 *     token not; transformers' {@code max_new_tokens}. A model that has fewer places cuts it.
 * @param strategy how tokens are chosen
 * @param repetitionPenalty what the score of a token that has come already is divided by, or
 *     multiplied where it is negative; 1 for no penalty (Keskar et al. 2019, CTRL)
 * @param noRepeatNgram no sequence of so many tokens comes twice; 0 for any
 * @param tokens forced and banned tokens
 * @param stops what ends an answer besides the end token
 * @param constraint what an answer may look like, or {@code null} for anything
 */
public record GenerationOptions(
    int minimumTokens,
    int maximumTokens,
    Strategy strategy,
    float repetitionPenalty,
    int noRepeatNgram,
    TokenRules tokens,
    Stops stops,
    @Nullable Constraint constraint) {

  /** Greedy, as long as the model's places reach, and without any rule. */
  public static final GenerationOptions GREEDY =
      new GenerationOptions(
          0, Integer.MAX_VALUE, new Strategy.Greedy(), 1, 0, TokenRules.NONE, Stops.NONE, null);

  /** Checks the values. */
  public GenerationOptions {
    Objects.requireNonNull(strategy, "strategy");
    Objects.requireNonNull(tokens, "tokens");
    Objects.requireNonNull(stops, "stops");
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

  /** Returns a copy for answers of at least so many tokens. */
  public GenerationOptions withMinimumTokens(int count) {
    return new GenerationOptions(
        count,
        maximumTokens,
        strategy,
        repetitionPenalty,
        noRepeatNgram,
        tokens,
        stops,
        constraint);
  }

  /** Returns a copy for answers of at most so many tokens. */
  public GenerationOptions withMaximumTokens(int count) {
    return new GenerationOptions(
        Math.min(minimumTokens, count),
        count,
        strategy,
        repetitionPenalty,
        noRepeatNgram,
        tokens,
        stops,
        constraint);
  }

  /** Returns a copy that chooses tokens in this way. */
  public GenerationOptions withStrategy(Strategy wanted) {
    return new GenerationOptions(
        minimumTokens,
        maximumTokens,
        wanted,
        repetitionPenalty,
        noRepeatNgram,
        tokens,
        stops,
        constraint);
  }

  /** Returns a copy that makes tokens that have come already less likely. */
  public GenerationOptions withRepetitionPenalty(float penalty) {
    return new GenerationOptions(
        minimumTokens, maximumTokens, strategy, penalty, noRepeatNgram, tokens, stops, constraint);
  }

  /** Returns a copy in which no sequence of so many tokens comes twice. */
  public GenerationOptions withNoRepeatNgram(int size) {
    return new GenerationOptions(
        minimumTokens, maximumTokens, strategy, repetitionPenalty, size, tokens, stops, constraint);
  }

  /** Returns a copy with other forced and banned tokens. */
  public GenerationOptions withTokens(TokenRules rules) {
    return new GenerationOptions(
        minimumTokens,
        maximumTokens,
        strategy,
        repetitionPenalty,
        noRepeatNgram,
        rules,
        stops,
        constraint);
  }

  /** Returns a copy that ends answers there. */
  public GenerationOptions withStops(Stops wanted) {
    return new GenerationOptions(
        minimumTokens,
        maximumTokens,
        strategy,
        repetitionPenalty,
        noRepeatNgram,
        tokens,
        wanted,
        constraint);
  }

  /** Returns a copy whose answers are held to a constraint. */
  public GenerationOptions withConstraint(@Nullable Constraint wanted) {
    return new GenerationOptions(
        minimumTokens,
        maximumTokens,
        strategy,
        repetitionPenalty,
        noRepeatNgram,
        tokens,
        stops,
        wanted);
  }

  /** Returns whether the same text always gets the same answer. */
  public boolean isDeterministic() {
    return !(strategy instanceof Strategy.Sampling);
  }
}
