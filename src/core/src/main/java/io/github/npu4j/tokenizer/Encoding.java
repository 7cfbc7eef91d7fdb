package io.github.npu4j.tokenizer;

/**
 * A text as a model takes it. It is never padded, so every token counts and the attention mask is
 * one for each id.
 *
 * @param ids the token ids, special tokens included
 * @param typeIds the segment of each token, or an empty array if all are zero
 * @param totalTokens how many ids the whole text has; more than {@code ids} if it was truncated
 */
public record Encoding(long[] ids, long[] typeIds, int totalTokens) {

  /** Returns how many tokens a model is to read. */
  public int length() {
    return ids.length;
  }

  /** Returns whether the text had more tokens than its maximum. */
  public boolean truncated() {
    return totalTokens > ids.length;
  }

  /** Returns the segment of one token. */
  public long typeId(int token) {
    return typeIds.length == 0 ? 0 : typeIds[token];
  }
}
