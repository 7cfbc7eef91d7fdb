package io.github.npu4j.seq2seq.generation;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What else changes the scores of tokens, each by the name that transformers gives it. Immutable;
 * each {@code with} method returns a changed copy.
 *
 * @param sequenceBias what is added to the score of a sequence's last token where its other tokens
 *     are there already; {@code sequence_bias}
 * @param sourceRepetitionPenalty what the scores of the text's own tokens are multiplied by, or
 *     divided where they are negative; above 1 makes them likelier, 1 changes nothing; {@code
 *     encoder_repetition_penalty}
 * @param sourceNoRepeatNgram the length of the text's sequences that the answer does not repeat; 0
 *     for any may come; {@code encoder_no_repeat_ngram_size}
 * @param lengthDecay makes the end likelier from some length on; {@code
 *     exponential_decay_length_penalty}
 * @param bannedFirst tokens that an answer does not begin with; {@code begin_suppress_tokens}
 * @param forced tokens by their place in the answer, from 0; {@code forced_decoder_ids}, whose
 *     places begin with 1
 */
public record ScoreRules(
    Map<List<Integer>, Float> sequenceBias,
    float sourceRepetitionPenalty,
    int sourceNoRepeatNgram,
    Optional<LengthDecay> lengthDecay,
    Set<Integer> bannedFirst,
    Map<Integer, Integer> forced) {

  /** Nothing is changed. */
  public static final ScoreRules NONE =
      new ScoreRules(Map.of(), 1, 0, Optional.empty(), Set.of(), Map.of());

  /**
   * Adds to the end tokens' scores, from some length on.
   *
   * @param after the number of tokens without effect
   * @param factor to its power, by the number of tokens beyond, the score's size grows; above 1
   *     makes the end likelier
   */
  public record LengthDecay(int after, float factor) {
    /** Checks the values. */
    public LengthDecay {
      if (after < 0 || !(factor > 0) || !Float.isFinite(factor)) {
        throw new IllegalArgumentException("no length decays by " + factor + " after " + after);
      }
    }
  }

  /** Checks the values and takes copies. */
  public ScoreRules {
    sequenceBias = Map.copyOf(sequenceBias);
    bannedFirst = Set.copyOf(bannedFirst);
    forced = Map.copyOf(forced);
    if (!(sourceRepetitionPenalty > 0) || !Float.isFinite(sourceRepetitionPenalty)) {
      throw new IllegalArgumentException(
          "repetition penalty " + sourceRepetitionPenalty + " is not above 0");
    }
    if (sourceNoRepeatNgram < 0) {
      throw new IllegalArgumentException("n-grams of " + sourceNoRepeatNgram + " tokens can't be");
    }
    if (sequenceBias.keySet().stream().anyMatch(List::isEmpty)
        || sequenceBias.values().stream().anyMatch(bias -> !Float.isFinite(bias))) {
      throw new IllegalArgumentException("a bias is a finite number, of a sequence with tokens");
    }
    if (forced.keySet().stream().anyMatch(place -> place < 0)) {
      throw new IllegalArgumentException("places of forced tokens begin with 0");
    }
  }

  /** Returns whether nothing but bans comes of these rules. */
  public boolean onlyBan() {
    return sequenceBias.isEmpty()
        && sourceRepetitionPenalty == 1
        && lengthDecay.isEmpty()
        && forced.isEmpty();
  }

  /** Returns a copy that adds these numbers. */
  public ScoreRules withSequenceBias(Map<List<Integer>, Float> bias) {
    return new ScoreRules(
        bias, sourceRepetitionPenalty, sourceNoRepeatNgram, lengthDecay, bannedFirst, forced);
  }

  /** Returns a copy that makes the text's own tokens likelier, or less likely below 1. */
  public ScoreRules withSourceRepetitionPenalty(float penalty) {
    return new ScoreRules(
        sequenceBias, penalty, sourceNoRepeatNgram, lengthDecay, bannedFirst, forced);
  }

  /** Returns a copy that repeats no sequence of {@code size} tokens of the text. */
  public ScoreRules withSourceNoRepeatNgram(int size) {
    return new ScoreRules(
        sequenceBias, sourceRepetitionPenalty, size, lengthDecay, bannedFirst, forced);
  }

  /** Returns a copy that makes the end likelier from some length on. */
  public ScoreRules withLengthDecay(LengthDecay decay) {
    return new ScoreRules(
        sequenceBias,
        sourceRepetitionPenalty,
        sourceNoRepeatNgram,
        Optional.of(decay),
        bannedFirst,
        forced);
  }

  /** Returns a copy whose answers don't begin with these tokens. */
  public ScoreRules withBannedFirst(Set<Integer> tokens) {
    return new ScoreRules(
        sequenceBias, sourceRepetitionPenalty, sourceNoRepeatNgram, lengthDecay, tokens, forced);
  }

  /** Returns a copy that puts these tokens at these places, the first of which is 0. */
  public ScoreRules withForced(Map<Integer, Integer> tokens) {
    return new ScoreRules(
        sequenceBias,
        sourceRepetitionPenalty,
        sourceNoRepeatNgram,
        lengthDecay,
        bannedFirst,
        new TreeMap<>(tokens));
  }
}
