package io.github.npu4j.tokenizer.codec;

/**
 * The tokens of a text and where they come from, in Unicode's characters; -1 twice for one that
 * does not come from the text.
 */
public record TokenOffsets(TokenIds tokens, int[] starts, int[] ends) {

  /** In place of the start and end of a token that does not come from the text. */
  public static final int NOWHERE = -1;
}
