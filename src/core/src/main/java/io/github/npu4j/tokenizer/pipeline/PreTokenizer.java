package io.github.npu4j.tokenizer.pipeline;

/** Cuts a text into pieces. Immutable; may be shared by threads. */
public interface PreTokenizer {

  /** Cuts each of the pieces into smaller ones. */
  void cut(Pieces pieces);

  /** Returns whether what it does depends on where in the original text a piece comes from. */
  default boolean asksForOrigin() {
    return false;
  }
}
