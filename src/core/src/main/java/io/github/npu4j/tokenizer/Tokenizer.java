package io.github.npu4j.tokenizer;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.internal.concurrent.CallGate;
import io.github.npu4j.tokenizer.codec.TextCodec;
import io.github.npu4j.tokenizer.codec.TokenIds;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Turns text into a model's token ids and back, as its {@code tokenizer.json} or its {@code
 * spiece.model} says, or by ByT5's bytes.
 *
 * <p><b>Truncation and padding.</b> A {@code tokenizer.json} may carry both (fields {@code
 * truncation} and {@code padding}), as they were set when it was saved; the one that is published
 * with all-MiniLM-L6-v2 truncates at 128 and pads to 128, although the model was made for 256. They
 * are settings of that day's pipeline and not of the model, so they are not applied: a text is
 * encoded whole, or to the length that the caller gives, and is never padded. What the file says is
 * kept in {@link #declaredMaximum()}. Truncation cuts the text's own tokens at the end and keeps
 * the special tokens, as Hugging Face's {@code longest_first} to the right does for a single text.
 *
 * <p><b>Text.</b> Any string is a text: empty, with NUL, of any script. A surrogate without its
 * partner, which is no character, is read as U+FFFD. A text longer than {@link #MAXIMUM_CHARACTERS}
 * is refused.
 *
 * <p>May be shared by threads. {@link #close()} waits for calls in flight and may be called twice;
 * any other use after it is an {@link IllegalStateException}.
 */
public final class Tokenizer implements AutoCloseable {

  /** The longest text that is encoded, in UTF-16 units. */
  public static final int MAXIMUM_CHARACTERS = 4 << 20;

  private final TextCodec codec;
  private final CallGate gate;
  private volatile @Nullable Vocabulary vocabulary;

  private Tokenizer(Path file, TextCodec codec) {
    this.codec = codec;
    this.gate = new CallGate("the tokenizer " + file);
  }

  /**
   * Reads a tokenizer and runs it in Java. By the file's name it is one of these kinds:
   *
   * <ul>
   *   <li>a {@code .model}: SentencePiece's, with SentencePiece's own ids, and with the added
   *       tokens that the files beside it tell of, as transformers' slow tokenizers have them
   *   <li>a {@code tokenizer_config.json}: ByT5's bytes
   *   <li>a {@code vocab.txt}: BERT's, lowercasing unless a {@code tokenizer_config.json} beside it
   *       says otherwise
   *   <li>a {@code vocab.json}: GPT-2's, with the {@code merges.txt} beside it
   *   <li>any other: a {@code tokenizer.json}
   * </ul>
   *
   * <p>Of a folder, the first of {@code tokenizer.json}, {@code spiece.model}, {@code
   * tokenizer.model}, {@code sentencepiece.bpe.model}, {@code vocab.json} with {@code merges.txt},
   * {@code vocab.txt} and {@code tokenizer_config.json} that is there.
   *
   * @param file the tokenizer's file, or the folder that it is in
   * @throws ModelMissingException if there is no such file
   * @throws BadModelException if it is no tokenizer
   */
  public static Tokenizer open(Path file) {
    return open(file, TokenizerOptions.java());
  }

  /**
   * Reads a tokenizer, as {@link #open(Path)} does.
   *
   * @param options by what it is run
   * @throws ModelMissingException if there is no such file
   * @throws BadModelException if it is no tokenizer
   * @throws io.github.npu4j.error.RuntimeMissingException if the native library is requested, and
   *     there is none for this platform, its jar is not there, or it can't be unpacked or loaded
   */
  public static Tokenizer open(Path file, TokenizerOptions options) {
    return new Tokenizer(file, TokenizerKinds.open(file, options));
  }

  /** Returns the length at which the file's own settings would truncate, if it has any. */
  public OptionalInt declaredMaximum() {
    return codec.declaredMaximum();
  }

  /** Returns how many special tokens the template puts around a text. */
  public int specialTokens() {
    return codec.specialTokens();
  }

  /**
   * Encodes a whole text, with the special tokens of the file's template.
   *
   * @throws BadInputException if the text is longer than {@link #MAXIMUM_CHARACTERS}
   */
  public Encoding encode(String text) {
    return encode(text, Integer.MAX_VALUE);
  }

  /**
   * Encodes a text to at most {@code maximumTokens} tokens.
   *
   * @param maximumTokens the most ids, special tokens included; at least {@link #specialTokens()}
   * @return the ids, and how many there would have been
   * @throws BadInputException if the text is longer than {@link #MAXIMUM_CHARACTERS}
   */
  public Encoding encode(String text, int maximumTokens) {
    requireRoom(maximumTokens, codec.specialTokens());
    requireBounded(text);
    long stamp = gate.enter();
    try {
      return encoding(codec.encode(text, maximumTokens));
    } finally {
      gate.leave(stamp);
    }
  }

  /**
   * Encodes a text into an array, without making an object once this thread and others have encoded
   * as long texts before. (A {@code .model} and ByT5's bytes do make objects.)
   *
   * @param maximumTokens the most ids, special tokens included; at least {@link #specialTokens()}
   * @param target where the ids are written to, from its beginning on
   * @return how many ids there are; if they are more than the array holds, nothing was written
   * @throws BadInputException if the text is longer than {@link #MAXIMUM_CHARACTERS}
   */
  public int encode(String text, int maximumTokens, long[] target) {
    requireRoom(maximumTokens, codec.specialTokens());
    requireBounded(text);
    long stamp = gate.enter();
    try {
      return codec.encode(text, maximumTokens, target);
    } finally {
      gate.leave(stamp);
    }
  }

  /**
   * Returns how many tokens a text has, special ones included, without making an object, as {@link
   * #encode(String, int, long[])} does.
   *
   * @throws BadInputException if the text is longer than {@link #MAXIMUM_CHARACTERS}
   */
  public int count(String text) {
    requireBounded(text);
    long stamp = gate.enter();
    try {
      return codec.count(text);
    } finally {
      gate.leave(stamp);
    }
  }

  /**
   * Encodes two texts together, as the file's template for pairs says.
   *
   * @param maximumTokens the most ids, special tokens included
   * @param truncation which text is cut if both are too long
   * @throws BadInputException if a text is longer than {@link #MAXIMUM_CHARACTERS}, if the text
   *     that may be cut is not long enough for that, or if the file is no {@code tokenizer.json}
   */
  public Encoding encodePair(
      String first, String second, int maximumTokens, Truncation truncation) {
    requireRoom(maximumTokens, codec.pairSpecialTokens());
    requireBounded(first);
    requireBounded(second);
    long stamp = gate.enter();
    try {
      return encoding(codec.encodePair(first, second, maximumTokens, truncation::kept));
    } finally {
      gate.leave(stamp);
    }
  }

  /**
   * Encodes a text and tells where in it each token comes from.
   *
   * @param maximumTokens the most ids, special tokens included; at least {@link #specialTokens()}
   * @throws BadInputException if the text is longer than {@link #MAXIMUM_CHARACTERS}, or the file
   *     is no {@code tokenizer.json}
   */
  public TokenSpans spans(String text, int maximumTokens, OffsetUnit unit) {
    requireRoom(maximumTokens, codec.specialTokens());
    requireBounded(text);
    long stamp = gate.enter();
    try {
      return TokenSpans.of(codec.offsets(text, maximumTokens), text, unit);
    } finally {
      gate.leave(stamp);
    }
  }

  private static Encoding encoding(TokenIds tokens) {
    return new Encoding(tokens.ids(), tokens.typeIds(), tokens.total());
  }

  private static void requireRoom(int maximumTokens, int specialTokens) {
    if (maximumTokens < specialTokens) {
      throw new IllegalArgumentException(
          maximumTokens + " tokens do not hold the " + specialTokens + " special ones");
    }
  }

  private static void requireBounded(String text) {
    if (text.length() > MAXIMUM_CHARACTERS) {
      throw new BadInputException(
          "can't encode a text of " + text.length() + " characters",
          "the most is " + MAXIMUM_CHARACTERS,
          "Split it.");
    }
  }

  /**
   * Encodes several texts, in order.
   *
   * @param maximumTokens the most ids of each, special tokens included
   */
  public List<Encoding> encodeAll(List<String> texts, int maximumTokens) {
    List<Encoding> encodings = new ArrayList<>(texts.size());
    for (String text : texts) {
      encodings.add(encode(text, maximumTokens));
    }
    return encodings;
  }

  /**
   * Turns ids back into text, without the special tokens. An id that the vocabulary does not have
   * is left out.
   *
   * @throws IllegalArgumentException if an id is negative or above 2<sup>31</sup> - 1
   */
  public String decode(long... ids) {
    for (long id : ids) {
      if (id < 0 || id > Integer.MAX_VALUE) {
        throw new IllegalArgumentException("id " + id + " can't be a token's");
      }
    }
    long stamp = gate.enter();
    try {
      return codec.decode(ids);
    } finally {
      gate.leave(stamp);
    }
  }

  /**
   * Returns what each token stands for in a text.
   *
   * @throws BadInputException if its tokens can't be told one by one
   */
  public Vocabulary vocabulary() {
    Vocabulary known = vocabulary;
    if (known == null) {
      long stamp = gate.enter();
      try {
        known = new Vocabulary(codec.texts());
      } finally {
        gate.leave(stamp);
      }
      vocabulary = known;
    }
    return known;
  }

  /**
   * Returns a token as the vocabulary writes it: {@code ##ing}, {@code ▁the}, {@code </s>}.
   *
   * @param id not negative
   * @return empty for an id that the vocabulary does not have
   */
  public String piece(int id) {
    if (id < 0) {
      throw new IllegalArgumentException("id " + id + " can't be a token's");
    }
    long stamp = gate.enter();
    try {
      return codec.piece(id);
    } finally {
      gate.leave(stamp);
    }
  }

  /** Waits for calls in flight, then frees what is native; idempotent. */
  @Override
  public void close() {
    gate.close(codec::close);
  }
}
