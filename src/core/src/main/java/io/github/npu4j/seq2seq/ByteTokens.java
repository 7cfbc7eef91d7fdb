package io.github.npu4j.seq2seq;

import io.github.npu4j.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * Tells which tokens of a tokenizer stand for one byte of UTF-8, by how they decode. In a row of
 * such tokens (byte fallback) one that is out of place makes each of them a replacement character,
 * so a token stands for a byte if it becomes one beside a byte that is out of place.
 */
final class ByteTokens implements IntPredicate {

  private static final String REPLACEMENT = "\ufffd";

  /** A character that no vocabulary has a piece for: it is for private use. */
  private static final String UNKNOWN = "\ue0f1";

  private final Tokenizer tokenizer;

  /** A token for a byte that is no text alone, or -1 if there is none. */
  private final long outOfPlace;

  /** Looks for a token that stands for a byte. */
  ByteTokens(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
    this.outOfPlace =
        Arrays.stream(tokenizer.encode(UNKNOWN).ids())
            .filter(id -> tokenizer.decode(id).equals(REPLACEMENT))
            .findFirst()
            .orElse(-1);
  }

  @Override
  public boolean test(int token) {
    return outOfPlace >= 0 && tokenizer.decode(token, outOfPlace).equals(REPLACEMENT + REPLACEMENT);
  }
}
