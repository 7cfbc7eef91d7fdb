package io.github.npu4j.tokenizer.codec;

import io.github.npu4j.error.BadInputException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/** One way to turn text into ids and back; the class Tokenizer keeps misuse away from it. */
public interface TextCodec extends AutoCloseable {

  /** Returns the length at which the file's own settings would truncate, if it has any. */
  OptionalInt declaredMaximum();

  /** Returns how many special tokens are put around a text. */
  int specialTokens();

  /** Returns how many special tokens are put around two texts. */
  default int pairSpecialTokens() {
    throw noPairs();
  }

  /**
   * Encodes a text.
   *
   * @param text any string; a surrogate without its partner is read as U+FFFD
   * @param maximumTokens the most ids, at least {@link #specialTokens()}
   */
  TokenIds encode(String text, int maximumTokens);

  /**
   * Encodes a text into an array, if all ids fit.
   *
   * @return how many ids there are within the maximum; if they are more than the array holds,
   *     nothing was written
   */
  default int encode(String text, int maximumTokens, long[] target) {
    long[] ids = encode(text, maximumTokens).ids();
    if (ids.length <= target.length) {
      System.arraycopy(ids, 0, target, 0, ids.length);
    }
    return ids.length;
  }

  /** Returns how many tokens a text has, special ones included. */
  default int count(String text) {
    return encode(text, Integer.MAX_VALUE).total();
  }

  /**
   * Encodes two texts together.
   *
   * @param maximumTokens the most ids, at least {@link #pairSpecialTokens()}
   */
  default TokenIds encodePair(String first, String second, int maximumTokens, PairCut cut) {
    throw noPairs();
  }

  /** Tells where in a text the tokens of {@link #encode(String, int)} come from. */
  default TokenOffsets offsets(String text, int maximumTokens) {
    throw new BadInputException(
        "can't tell where in a text its tokens come from",
        "this tokenizer is no tokenizer.json",
        "Use the model's tokenizer.json.");
  }

  private static BadInputException noPairs() {
    return new BadInputException(
        "can't encode two texts together",
        "this tokenizer is no tokenizer.json",
        "Use the model's tokenizer.json.");
  }

  /** Decodes ids between 0 and 2<sup>31</sup> - 1, without the special tokens. */
  String decode(long[] ids);

  /** Returns what each token stands for. */
  TokenTexts texts();

  /** Returns a token as the vocabulary writes it; empty for an id that it does not have. */
  default String piece(int id) {
    byte[][] all = texts().texts();
    return id < all.length ? new String(all[id], StandardCharsets.UTF_8) : "";
  }

  @Override
  void close();
}
