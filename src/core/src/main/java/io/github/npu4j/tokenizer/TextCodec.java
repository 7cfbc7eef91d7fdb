package io.github.npu4j.tokenizer;

import java.util.OptionalInt;

/** One way to turn text into ids and back; {@link Tokenizer} keeps misuse away from it. */
interface TextCodec extends AutoCloseable {

  /** Returns the length at which the file's own settings would truncate, if it has any. */
  OptionalInt declaredMaximum();

  /** Returns how many special tokens are put around a text. */
  int specialTokens();

  /**
   * Encodes a text.
   *
   * @param text without a surrogate that has no partner
   * @param maximumTokens the most ids, at least {@link #specialTokens()}
   */
  Encoding encode(String text, int maximumTokens);

  /** Decodes ids between 0 and 2<sup>31</sup> - 1, without the special tokens. */
  String decode(long[] ids);

  /** Returns what each token stands for. */
  Vocabulary vocabulary();

  @Override
  void close();
}
