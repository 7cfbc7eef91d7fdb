package io.github.npu4j.tokenizer;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.ModelMissingException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.locks.StampedLock;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Turns text into a model's token ids, as its {@code tokenizer.json} says, and back.
 *
 * <p><b>Truncation and padding.</b> A {@code tokenizer.json} may carry both (fields {@code
 * truncation} and {@code padding}), as they were set when it was saved; the one that is published
 * with all-MiniLM-L6-v2 truncates at 128 and pads to 128, although the model was made for 256. They
 * are settings of that day's pipeline and not of the model, so they are not applied: a text is
 * encoded whole, or to the length that the caller gives, and is never padded. What the file says is
 * kept in {@link #declaredMaximum()}. Truncation cuts the text's own tokens at the end and keeps
 * the special tokens, as the library's {@code longest_first} to the right does for a single text.
 *
 * <p><b>Text.</b> Any string is a text: empty, with NUL, of any script. A surrogate without its
 * partner, which is no character, is read as U+FFFD. A text longer than {@link #MAXIMUM_CHARACTERS}
 * is refused, for the native library needs some 300 bytes a character and ends the process where
 * memory runs out.
 *
 * <p>May be shared by threads. {@link #close()} waits for calls in flight and may be called twice;
 * any other use after it is an {@link IllegalStateException}.
 */
public final class Tokenizer implements AutoCloseable {

  /** The longest text that is encoded, in UTF-16 units. */
  public static final int MAXIMUM_CHARACTERS = 4 << 20;

  /** Larger than any tokenizer.json known (Gemma's has 33 MB). */
  private static final long MAXIMUM_FILE_BYTES = 256L << 20;

  private static final char REPLACEMENT = '\ufffd';
  private static final long[] ALL_ZERO = new long[0];
  private static final TokenizersLibrary NATIVE = TokenizersLibrary.LIB;

  private final Path file;
  private final StampedLock lock = new StampedLock();
  private final OptionalInt declaredMaximum;
  private final int specialTokens;
  private final boolean typed;

  /** Turns newcomers away, so that {@link #close()} waits only for the calls in flight. */
  private volatile boolean closed;

  private long handle;

  private Tokenizer(Path file, long handle) {
    this.file = file;
    this.handle = handle;
    try {
      boolean truncates = !"DO_NOT_TRUNCATE".equals(NATIVE.getTruncationStrategy(handle));
      int maximum = truncates ? NATIVE.getMaxLength(handle) : 0;
      declaredMaximum = maximum > 0 ? OptionalInt.of(maximum) : OptionalInt.empty();
      NATIVE.disableTruncation(handle);
      NATIVE.disablePadding(handle);
      specialTokens = ask(handle, "", NATIVE::getTokenIds).length;
      typed = Arrays.stream(ask(handle, "a", NATIVE::getTypeIds)).anyMatch(id -> id != 0);
    } catch (RuntimeException e) {
      NATIVE.deleteTokenizer(handle);
      throw refused(file, "it can't encode the letter a, " + e.getMessage(), e);
    }
  }

  /**
   * Reads a tokenizer.
   *
   * @param file a {@code tokenizer.json}
   * @param libraryFolder where the native library is unpacked to, once a version
   * @throws ModelMissingException if there is no such file
   * @throws BadModelException if it is no tokenizer
   * @throws io.github.npu4j.error.RuntimeMissingException if there is no native library for this
   *     platform, or it can't be unpacked or loaded
   */
  public static Tokenizer open(Path file, Path libraryFolder) {
    String json = read(file);
    String defect = TokenizerJson.defect(json);
    if (defect != null) {
      throw refused(file, defect, null);
    }
    TokenizerLibrary.load(libraryFolder);
    long handle;
    try {
      handle = NATIVE.createTokenizerFromString(json);
    } catch (RuntimeException e) {
      throw refused(file, String.valueOf(e.getMessage()), e);
    }
    return new Tokenizer(file, handle);
  }

  private static String read(Path file) {
    try {
      long bytes = Files.size(file);
      if (bytes > MAXIMUM_FILE_BYTES) {
        throw refused(file, "it has " + bytes + " bytes", null);
      }
      ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(file));
      return StandardCharsets.UTF_8.newDecoder().decode(content).toString();
    } catch (NoSuchFileException e) {
      throw new ModelMissingException(
          "there is no tokenizer at " + file,
          "",
          "Put the tokenizer.json that was published with the model there.",
          e);
    } catch (CharacterCodingException e) {
      throw refused(file, "it is not UTF-8 text", e);
    } catch (IOException e) {
      throw refused(file, e.toString(), e);
    }
  }

  private static BadModelException refused(Path file, String why, @Nullable Throwable cause) {
    return new BadModelException(
        "can't read the tokenizer " + file,
        why,
        "Use the tokenizer.json that was published with the model.",
        cause);
  }

  private static long[] ask(long tokenizer, String text, LongFunction<long[]> question) {
    long encoding = NATIVE.encode(tokenizer, text, true);
    try {
      return question.apply(encoding);
    } finally {
      NATIVE.deleteEncoding(encoding);
    }
  }

  /** Returns the length at which the file's own settings would truncate, if it has any. */
  public OptionalInt declaredMaximum() {
    return declaredMaximum;
  }

  /** Returns how many special tokens the template puts around a text. */
  public int specialTokens() {
    return specialTokens;
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
   * Encodes a text to at most so many tokens.
   *
   * @param maximumTokens the most ids, special tokens included; at least {@link #specialTokens()}
   * @return the ids, and how many there would have been
   * @throws BadInputException if the text is longer than {@link #MAXIMUM_CHARACTERS}
   */
  public Encoding encode(String text, int maximumTokens) {
    if (maximumTokens < specialTokens) {
      throw new IllegalArgumentException(
          maximumTokens + " tokens do not hold the " + specialTokens + " special ones");
    }
    if (text.length() > MAXIMUM_CHARACTERS) {
      throw new BadInputException(
          "can't encode a text of " + text.length() + " characters",
          "the most is " + MAXIMUM_CHARACTERS,
          "Split it.");
    }
    String wellFormed = withoutLoneSurrogates(text);
    long stamp = enter();
    try {
      long encoding = encodeNatively(wellFormed);
      try {
        return read(encoding, maximumTokens);
      } finally {
        NATIVE.deleteEncoding(encoding);
      }
    } finally {
      lock.unlockRead(stamp);
    }
  }

  private long encodeNatively(String text) {
    try {
      return NATIVE.encode(handle, text, true);
    } catch (RuntimeException e) {
      throw new BadModelException(
          "the tokenizer " + file + " can't encode this text",
          String.valueOf(e.getMessage()),
          "",
          e);
    }
  }

  private Encoding read(long encoding, int maximumTokens) {
    long[] ids = NATIVE.getTokenIds(encoding);
    long[] typeIds = typed ? NATIVE.getTypeIds(encoding) : ALL_ZERO;
    if (ids.length <= maximumTokens) {
      return new Encoding(ids, typeIds, ids.length);
    }
    int suffix = trailingOnes(NATIVE.getSpecialTokenMask(encoding));
    return new Encoding(
        truncated(ids, maximumTokens, suffix),
        typed ? truncated(typeIds, maximumTokens, suffix) : ALL_ZERO,
        ids.length);
  }

  private static long[] truncated(long[] values, int length, int suffix) {
    long[] kept = Arrays.copyOf(values, length);
    System.arraycopy(values, values.length - suffix, kept, length - suffix, suffix);
    return kept;
  }

  private static int trailingOnes(long[] mask) {
    int count = 0;
    while (count < mask.length && mask[mask.length - 1 - count] != 0) {
      count++;
    }
    return count;
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
    long stamp = enter();
    try {
      return NATIVE.decode(handle, ids, true);
    } finally {
      lock.unlockRead(stamp);
    }
  }

  /** Enters a native call, which {@link #close()} waits for. */
  private long enter() {
    if (!closed) {
      long stamp = lock.readLock();
      if (!closed) {
        return stamp;
      }
      lock.unlockRead(stamp);
    }
    throw new IllegalStateException("the tokenizer " + file + " is closed");
  }

  private static String withoutLoneSurrogates(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return replaceLoneSurrogates(text);
      }
    }
    return text;
  }

  private static String replaceLoneSurrogates(String text) {
    char[] characters = text.toCharArray();
    for (int i = 0; i < characters.length; i++) {
      if (i + 1 < characters.length
          && Character.isSurrogatePair(characters[i], characters[i + 1])) {
        i++;
      } else if (Character.isSurrogate(characters[i])) {
        characters[i] = REPLACEMENT;
      }
    }
    return new String(characters);
  }

  /** Waits for calls in flight, then frees the native tokenizer; idempotent. */
  @Override
  public void close() {
    closed = true;
    long stamp = lock.writeLock();
    try {
      if (handle != 0) {
        NATIVE.deleteTokenizer(handle);
        handle = 0;
      }
    } finally {
      lock.unlockWrite(stamp);
    }
  }
}
