package io.github.npu4j.seq2seq.search;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.seq2seq.constraint.Constraint;
import io.github.npu4j.seq2seq.generation.GenerationOptions;
import io.github.npu4j.seq2seq.generation.ScoreRules;
import io.github.npu4j.seq2seq.generation.TokenRules;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The rules of some options, in the order in which transformers applies its processors. */
public final class LogitsRules {

  private final List<LogitsRule> rules;
  private final boolean onlyBan;

  private LogitsRules(List<LogitsRule> rules, boolean onlyBan) {
    this.rules = rules;
    this.onlyBan = onlyBan;
  }

  /**
   * Makes the rules of one search.
   *
   * @param maximumTokens the most tokens an answer can have here
   * @param endTokens the tokens that end an answer
   * @param source the tokens of the text that is answered
   * @param tokensOf the tokens of a word
   */
  public static LogitsRules of(
      GenerationOptions options,
      int vocabulary,
      int maximumTokens,
      List<Integer> endTokens,
      long[] source,
      Function<String, List<Integer>> tokensOf) {
    requireKnown(options, vocabulary);
    TokenRules tokens = options.tokens();
    if (options.constraint().isPresent()
        && !(tokens.first().isEmpty() && tokens.last().isEmpty())) {
      throw new BadInputException(
          "can't hold an answer to a constraint",
          "its first or last tokens are forced, whatever the constraint allows",
          "Leave out one of the two.");
    }
    ScoreRules more = options.scores();
    List<LogitsRule> rules = new ArrayList<>();
    more.sequenceBias().forEach((sequence, bias) -> rules.add(new SequenceBias(sequence, bias)));
    if (more.sourceRepetitionPenalty() != 1) {
      rules.add(SourceRules.repetition(source, more.sourceRepetitionPenalty()));
    }
    if (options.repetitionPenalty() != 1) {
      rules.add(new RepetitionPenalty(options.repetitionPenalty()));
    }
    if (options.noRepeatNgram() > 0) {
      rules.add(new NoRepeatNgram(options.noRepeatNgram()));
    }
    if (more.sourceNoRepeatNgram() > 0) {
      rules.add(SourceRules.noRepeatNgram(source, more.sourceNoRepeatNgram()));
    }
    List<List<Integer>> sequences = new ArrayList<>(options.tokens().bannedSequences());
    options.tokens().bannedWords().forEach(word -> sequences.add(tokensOf.apply(word)));
    if (!sequences.isEmpty()) {
      rules.add(new BannedSequences(sequences));
    }
    if (options.minimumTokens() > 0 && !endTokens.isEmpty()) {
      rules.add(notBefore(options.minimumTokens(), endTokens));
    }
    if (options.constraint().isPresent()) {
      rules.add(new ConstraintRule(vocabulary));
    }
    if (!options.tokens().first().isEmpty()) {
      rules.add(first(options.tokens().first()));
    }
    if (options.tokens().last().isPresent()) {
      rules.add(last(options.tokens().last().getAsInt(), maximumTokens));
    }
    more.lengthDecay().ifPresent(decay -> rules.add(decay(decay, endTokens)));
    if (!tokens.banned().isEmpty()) {
      rules.add(banned(tokens.banned(), 0, Integer.MAX_VALUE));
    }
    if (!more.bannedFirst().isEmpty()) {
      int place = tokens.first().size(); // the first that is free
      rules.add(banned(more.bannedFirst(), place, place));
    }
    if (!more.forced().isEmpty()) {
      rules.add(forced(more.forced()));
    }
    boolean onlyBan =
        options.repetitionPenalty() == 1
            && options.constraint().isEmpty()
            && more.onlyBan()
            && tokens.first().isEmpty()
            && tokens.last().isEmpty();
    return new LogitsRules(List.copyOf(rules), onlyBan);
  }

  /** Returns whether there is no rule. */
  public boolean isEmpty() {
    return rules.isEmpty();
  }

  /**
   * Returns whether no rule does anything but ban tokens, and not all but a few, as a constraint
   * does.
   */
  boolean onlyBan() {
    return onlyBan;
  }

  /** Applies every rule in order. */
  void apply(Prefix prefix, MemorySegment scores) {
    for (int i = 0; i < rules.size(); i++) {
      rules.get(i).apply(prefix, scores);
    }
  }

  private static LogitsRule notBefore(int tokens, List<Integer> endTokens) {
    int[] ends = endTokens.stream().mapToInt(Integer::intValue).toArray();
    return (prefix, scores) -> {
      if (prefix.tokens() < tokens) {
        for (int end : ends) {
          Logits.ban(scores, end);
        }
      }
    };
  }

  private static LogitsRule first(List<Integer> tokens) {
    return (prefix, scores) -> {
      if (prefix.tokens() < tokens.size()) {
        force(tokens.get(prefix.tokens()), scores);
      }
    };
  }

  private static LogitsRule banned(Set<Integer> tokens, int from, int to) {
    int[] banned = tokens.stream().mapToInt(Integer::intValue).toArray();
    return (prefix, scores) -> {
      if (prefix.tokens() >= from && prefix.tokens() <= to) {
        for (int token : banned) {
          Logits.ban(scores, token);
        }
      }
    };
  }

  private static LogitsRule forced(Map<Integer, Integer> byPlace) {
    return (prefix, scores) -> {
      Integer token = byPlace.get(prefix.tokens());
      if (token != null) {
        force(token, scores);
      }
    };
  }

  private static LogitsRule decay(ScoreRules.LengthDecay decay, List<Integer> endTokens) {
    int[] ends = endTokens.stream().mapToInt(Integer::intValue).toArray();
    return (prefix, scores) -> {
      int beyond = prefix.tokens() - decay.after();
      if (beyond <= 0) {
        return;
      }
      double grown = Math.pow(decay.factor(), beyond) - 1;
      for (int end : ends) {
        float score = Logits.get(scores, end);
        if (Float.isFinite(score)) {
          Logits.set(scores, end, (float) (score + Math.abs(score) * grown));
        }
      }
    };
  }

  private static LogitsRule last(int token, int maximumTokens) {
    return (prefix, scores) -> {
      if (prefix.tokens() == maximumTokens - 1) {
        force(token, scores);
      }
    };
  }

  private static void force(int forced, MemorySegment scores) {
    int count = Logits.count(scores);
    for (int token = 0; token < count; token++) {
      Logits.ban(scores, token);
    }
    Logits.set(scores, forced, 0);
  }

  private static void requireKnown(GenerationOptions options, int vocabulary) {
    List<Integer> named = new ArrayList<>(options.tokens().first());
    options.tokens().last().ifPresent(named::add);
    named.addAll(options.tokens().banned());
    options.tokens().bannedSequences().forEach(named::addAll);
    named.addAll(options.scores().bannedFirst());
    named.addAll(options.scores().forced().values());
    options.scores().sequenceBias().keySet().forEach(named::addAll);
    for (int token : named) {
      if (token < 0 || token >= vocabulary) {
        throw new BadInputException(
            "there is no token " + token,
            "the model has tokens 0 to " + (vocabulary - 1),
            "Name tokens of this model's tokenizer.");
      }
    }
  }

  /** Makes tokens that have come already less likely. */
  private record RepetitionPenalty(float penalty) implements LogitsRule {
    @Override
    public void apply(Prefix prefix, MemorySegment scores) {
      for (int place = 0; place < prefix.length(); place++) {
        if (!cameBefore(prefix, place)) {
          int token = prefix.id(place);
          float score = Logits.get(scores, token);
          Logits.set(scores, token, score < 0 ? score * penalty : score / penalty);
        }
      }
    }

    private static boolean cameBefore(Prefix prefix, int place) {
      for (int earlier = 0; earlier < place; earlier++) {
        if (prefix.id(earlier) == prefix.id(place)) {
          return true;
        }
      }
      return false;
    }
  }

  /** Bans each token that would make a sequence of some length come twice. */
  private record NoRepeatNgram(int size) implements LogitsRule {
    @Override
    public void apply(Prefix prefix, MemorySegment scores) {
      int length = prefix.length();
      for (int start = 0; start + size <= length; start++) {
        if (endsLike(prefix, start)) {
          Logits.ban(scores, prefix.id(start + size - 1));
        }
      }
    }

    /** Returns whether the prefix ends with what a sequence begins with. */
    private boolean endsLike(Prefix prefix, int start) {
      int tail = prefix.length() - size + 1;
      for (int i = 0; i < size - 1; i++) {
        if (prefix.id(start + i) != prefix.id(tail + i)) {
          return false;
        }
      }
      return true;
    }
  }

  /** Bans the last token of each sequence whose other tokens are there. */
  private record BannedSequences(List<List<Integer>> sequences) implements LogitsRule {
    @Override
    public void apply(Prefix prefix, MemorySegment scores) {
      for (int i = 0; i < sequences.size(); i++) {
        List<Integer> sequence = sequences.get(i);
        if (endsWithAllButLast(prefix, sequence)) {
          Logits.ban(scores, sequence.getLast());
        }
      }
    }

    static boolean endsWithAllButLast(Prefix prefix, List<Integer> sequence) {
      int from = prefix.length() - sequence.size() + 1;
      if (from < 0) {
        return false;
      }
      for (int i = 0; i < sequence.size() - 1; i++) {
        if (prefix.id(from + i) != sequence.get(i)) {
          return false;
        }
      }
      return true;
    }
  }

  /** Adds to the last token of a sequence whose other tokens are there. */
  private record SequenceBias(List<Integer> sequence, float bias) implements LogitsRule {
    @Override
    public void apply(Prefix prefix, MemorySegment scores) {
      if (BannedSequences.endsWithAllButLast(prefix, sequence)) {
        int token = sequence.getLast();
        Logits.set(scores, token, Logits.get(scores, token) + bias);
      }
    }
  }

  /** Bans what the prefix's constraint does not allow. */
  private static final class ConstraintRule implements LogitsRule {
    private final long[] words;
    private final int vocabulary;

    ConstraintRule(int vocabulary) {
      this.vocabulary = vocabulary;
      this.words = new long[(vocabulary + Long.SIZE - 1) / Long.SIZE];
    }

    @Override
    public void apply(Prefix prefix, MemorySegment scores) {
      Constraint constraint = prefix.constraint();
      if (constraint == null) {
        return;
      }
      Arrays.fill(words, 0);
      constraint.allowed(words);
      for (int token = 0; token < vocabulary; token++) {
        if ((words[token >> 6] & 1L << token) == 0) {
          Logits.ban(scores, token);
        }
      }
    }
  }
}
