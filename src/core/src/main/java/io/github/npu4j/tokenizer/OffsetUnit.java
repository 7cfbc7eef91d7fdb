package io.github.npu4j.tokenizer;

/** What a token's offsets in its text are counted in. */
public enum OffsetUnit {
  /** Java's characters: UTF-16 units, as {@link String#substring} takes them. */
  CHARS,
  /** Unicode's characters, as Python counts them. */
  CODE_POINTS
}
