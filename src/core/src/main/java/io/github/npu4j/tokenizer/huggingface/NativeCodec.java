package io.github.npu4j.tokenizer.huggingface;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.tokenizer.codec.TextCodec;
import io.github.npu4j.tokenizer.codec.TokenIds;
import io.github.npu4j.tokenizer.codec.TokenTexts;
import io.github.npu4j.tokenizer.codec.TokenizerFiles;
import io.github.npu4j.tokenizer.json.TokenizerFile;
import io.github.npu4j.tokenizer.json.VocabularyReader;
import io.github.npu4j.tokenizer.pipeline.TokenizerDefect;
import io.github.npu4j.tokenizer.unicode.Utf8Repair;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A {@code tokenizer.json} in HuggingFace's native library.
 *
 * <p>Its caller guarantees that {@link #close()} comes after every other call has returned.
 */
public final class NativeCodec implements TextCodec {

  private static final long[] ALL_ZERO = new long[0];
  private static final TokenizersLibrary NATIVE = TokenizersLibrary.LIB;

  private final Path file;
  private final Supplier<TokenTexts> vocabularySource;
  private @Nullable TokenTexts vocabulary;
  private final OptionalInt declaredMaximum;
  private final int specialTokens;
  private final boolean typed;
  private long handle;

  private NativeCodec(Path file, long handle, Supplier<TokenTexts> vocabulary) {
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
      throw TokenizerFiles.refused(file, "it can't encode the letter a, " + e.getMessage(), e);
    }
  }

  /**
   * Opens a {@code tokenizer.json}. What npu4j's own reader refuses, or is known to end the process
   * there, is not handed to the library; what it makes of the rest is its own business.
   *
   * @param libraryFolder where the library is unpacked to, once a version
   * @throws io.github.npu4j.error.BadModelException if it is no tokenizer
   * @throws io.github.npu4j.error.RuntimeMissingException if the library can't be had
   */
  public static NativeCodec open(Path file, Path libraryFolder) {
    byte[] bytes = TokenizerFiles.read(file);
    TokenizerFile known;
    try {
      known = TokenizerFile.read(bytes);
    } catch (TokenizerDefect e) {
      throw TokenizerFiles.refused(file, String.valueOf(e.getMessage()), e);
    }
    String json = new String(bytes, StandardCharsets.UTF_8);
    String defect = TokenizerJson.defect(json);
    if (defect != null) {
      throw TokenizerFiles.refused(file, defect, null);
    }
    TokenizerLibrary.load(libraryFolder);
    long handle;
    try {
      handle = NATIVE.createTokenizerFromString(json);
    } catch (RuntimeException e) {
      throw TokenizerFiles.refused(file, String.valueOf(e.getMessage()), e);
    }
    return new NativeCodec(file, handle, () -> VocabularyReader.read(file, known));
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
  public TokenIds encode(String text, int maximumTokens) {
    long encoding = encode(Utf8Repair.withoutLoneSurrogates(text));
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

  private TokenIds read(long encoding, int maximumTokens) {
    long[] ids = NATIVE.getTokenIds(encoding);
    long[] typeIds = typed ? NATIVE.getTypeIds(encoding) : ALL_ZERO;
    if (ids.length <= maximumTokens) {
      return new TokenIds(ids, typeIds, ids.length);
    }
    int suffix = trailingOnes(NATIVE.getSpecialTokenMask(encoding));
    return new TokenIds(
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
  public synchronized TokenTexts texts() {
    TokenTexts known = vocabulary;
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
