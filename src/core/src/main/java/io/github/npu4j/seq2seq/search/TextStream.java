package io.github.npu4j.seq2seq.search;

import io.github.npu4j.seq2seq.generation.TextListener;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.IntPredicate;

/**
 * Turns tokens into pieces of text that in a row are the text of all tokens.
 *
 * <p>What may still change is held back: a token that stands for a byte may become part of a
 * character with the tokens after it, or spoil those before it, so a row of such tokens waits for
 * its end.
 */
public final class TextStream {

  private static final char REPLACEMENT = '\ufffd';

  private final Function<long[], String> decode;
  private final IntPredicate isByte;
  private final TextListener listener;
  private final StringBuilder told = new StringBuilder();
  private long[] ids = new long[32];
  private int length;

  /**
   * Begins a text.
   *
   * @param decode turns ids into text without special tokens
   * @param isByte whether a token stands for one byte
   */
  public TextStream(Function<long[], String> decode, IntPredicate isByte, TextListener listener) {
    this.decode = decode;
    this.isByte = isByte;
    this.listener = listener;
  }

  /** Takes a token and tells what is now certain. */
  void add(int token) {
    if (length == ids.length) {
      ids = Arrays.copyOf(ids, 2 * length);
    }
    ids[length++] = token;
    if (!isByte.test(token)) {
      String text = text();
      int certain = text.length();
      while (certain > 0 && text.charAt(certain - 1) == REPLACEMENT) {
        certain--;
      }
      tell(text, certain);
    }
  }

  /**
   * Tells the rest.
   *
   * @return the whole text: all pieces in a row
   */
  public String finish() {
    String text = text();
    tell(text, text.length());
    return told.toString();
  }

  private String text() {
    return decode.apply(Arrays.copyOf(ids, length));
  }

  /**
   * Tells a text as far as it is certain and not told yet. Of a decoder that rewrites what it said,
   * which no tokenizer of the models here does, the first version stays.
   */
  private void tell(String text, int certain) {
    if (certain > told.length() && Character.isHighSurrogate(text.charAt(certain - 1))) {
      certain--;
    }
    if (certain > told.length()) {
      String piece = text.substring(told.length(), certain);
      told.append(piece);
      listener.piece(piece);
    }
  }
}
