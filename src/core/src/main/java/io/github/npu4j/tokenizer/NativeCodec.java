package io.github.npu4j.tokenizer;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import io.github.npu4j.error.BadModelException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A {@code tokenizer.json} in HuggingFace's native library.
 *
 * <p>Its caller sees to it that {@link #close()} comes after every other call has returned.
 */
final class NativeCodec implements TextCodec {

  private static final long[] ALL_ZERO = new long[0];
  private static final TokenizersLibrary NATIVE = TokenizersLibrary.LIB;

  private final Path file;
  private final Supplier<Vocabulary> vocabularySource;
  private @Nullable Vocabulary vocabulary;
  private final OptionalInt declaredMaximum;
  private final int specialTokens;
  private final boolean typed;
  private long handle;

  private NativeCodec(Path file, long handle, Supplier<Vocabulary> vocabulary) {
    this.file = file;
    this.handle = handle;
    this.vocabularySource = vocabulary;
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
      throw Tokenizer.refused(file, "it can't encode the letter a, " + e.getMessage(), e);
    }
  }

  /**
   * Hands a tokenizer to the library, which has to be loaded.
   *
   * @param json a text that {@link TokenizerJson} has nothing against
   * @param vocabulary is asked once, when the vocabulary is
   */
  static NativeCodec open(Path file, String json, Supplier<Vocabulary> vocabulary) {
    long handle;
    try {
      handle = NATIVE.createTokenizerFromString(json);
    } catch (RuntimeException e) {
      throw Tokenizer.refused(file, String.valueOf(e.getMessage()), e);
    }
    return new NativeCodec(file, handle, vocabulary);
  }

  private static long[] ask(long tokenizer, String text, LongFunction<long[]> question) {
    long encoding = NATIVE.encode(tokenizer, text, true);
    try {
      return question.apply(encoding);
    } finally {
      NATIVE.deleteEncoding(encoding);
    }
  }

  @Override
  public OptionalInt declaredMaximum() {
    return declaredMaximum;
  }

  @Override
  public int specialTokens() {
    return specialTokens;
  }

  @Override
  public Encoding encode(String text, int maximumTokens) {
    long encoding = encode(text);
    try {
      return read(encoding, maximumTokens);
    } finally {
      NATIVE.deleteEncoding(encoding);
    }
  }

  private long encode(String text) {
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

  @Override
  public String decode(long[] ids) {
    return NATIVE.decode(handle, ids, true);
  }

  @Override
  public synchronized Vocabulary vocabulary() {
    Vocabulary known = vocabulary;
    if (known == null) {
      known = vocabularySource.get();
      vocabulary = known;
    }
    return known;
  }

  @Override
  public void close() {
    if (handle != 0) {
      NATIVE.deleteTokenizer(handle);
      handle = 0;
    }
  }
}
