package io.github.npu4j.text;

/**
 * What a text is to a search. Some models were trained with another prefix for each; {@code
 * npu4j.json} says which.
 */
public enum Role {
  /** No prefix: similarity among equals, or a text that has its prefix already. */
  NONE,
  /** A text that asks. */
  QUERY,
  /** A text that is searched. */
  PASSAGE
}
