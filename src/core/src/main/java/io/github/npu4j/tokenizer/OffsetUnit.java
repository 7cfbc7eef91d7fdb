package io.github.npu4j.tokenizer;

/** In what places in a text are counted. */
public enum OffsetUnit {
  /** Java's characters: UTF-16 units, as {@link String#substring} takes them. */
  CHARS,
  /** Unicode's characters, as Python counts them. */
  CODE_POINTS
}
