package io.github.npu4j.tokenizer.pipeline;

/** What becomes of what a text is cut at. */
public enum Behavior {
  /** It goes. */
  REMOVED,
  /** It is a piece of its own. */
  ISOLATED,
  /** It belongs to the piece before it. */
  MERGED_WITH_PREVIOUS,
  /** It belongs to the piece behind it. */
  MERGED_WITH_NEXT,
  /** A row of it is a piece. */
  CONTIGUOUS
}
