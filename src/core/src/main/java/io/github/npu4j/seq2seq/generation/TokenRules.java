package io.github.npu4j.seq2seq.generation;

import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Which tokens an answer has to have and which it may not have.
 *
 * @param first the tokens that an answer begins with, in order
 * @param last the token that is put where the greatest length is reached; transformers' {@code
 *     forced_eos_token_id}
 * @param banned tokens that never come; transformers' {@code suppress_tokens}
 * @param bannedSequences sequences of tokens that never come; transformers' {@code bad_words_ids}
 * @param bannedWords words that never come as the tokenizer writes them; each becomes a sequence
 */
public record TokenRules(
    List<Integer> first,
    OptionalInt last,
    Set<Integer> banned,
    List<List<Integer>> bannedSequences,
    List<String> bannedWords) {

  /** Nothing is forced and nothing banned. */
  public static final TokenRules NONE =
      new TokenRules(List.of(), OptionalInt.empty(), Set.of(), List.of(), List.of());

  /** Checks the values and takes copies of the lists. */
  public TokenRules {
    first = List.copyOf(first);
    banned = Set.copyOf(banned);
    bannedSequences = bannedSequences.stream().map(List::copyOf).toList();
    bannedWords = List.copyOf(bannedWords);
    if (bannedSequences.stream().anyMatch(List::isEmpty)
        || bannedWords.stream().anyMatch(String::isEmpty)) {
      throw new IllegalArgumentException("an empty sequence can't be banned");
    }
  }

  /** Returns a copy that makes answers begin with these tokens. */
  public TokenRules withFirst(List<Integer> tokens) {
    return new TokenRules(tokens, last, banned, bannedSequences, bannedWords);
  }

  /** Returns a copy that puts this token where the greatest length is reached. */
  public TokenRules withLast(int token) {
    return new TokenRules(first, OptionalInt.of(token), banned, bannedSequences, bannedWords);
  }

  /** Returns a copy that bans these tokens. */
  public TokenRules withBanned(Set<Integer> tokens) {
    return new TokenRules(first, last, tokens, bannedSequences, bannedWords);
  }

  /** Returns a copy that bans these sequences of tokens. */
  public TokenRules withBannedSequences(List<List<Integer>> sequences) {
    return new TokenRules(first, last, banned, sequences, bannedWords);
  }

  /** Returns a copy that bans these words. */
  public TokenRules withBannedWords(List<String> words) {
    return new TokenRules(first, last, banned, bannedSequences, words);
  }
}
