package io.github.npu4j.seq2seq.search;

/** What a search looks at of a row's next token. */
public enum ScoresNeeded {
  /** The scores of all tokens. */
  SCORES,
  /** The best token; all scores only where a {@link Shortlist} does not prove which it is. */
  BEST
}
