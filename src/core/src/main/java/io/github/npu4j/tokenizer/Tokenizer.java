package io.github.npu4j.tokenizer;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.internal.concurrent.CallGate;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

  /** The folder, among those of other purposes, of what this room keeps. */
  private static final String FOLDER = "tokenizers";

  private static final String SENTENCE_PIECE_SUFFIX = ".model";
  private static final String CONFIGURATION = "tokenizer_config.json";
  private static final char REPLACEMENT = '\ufffd';

  private final TextCodec codec;
  private final CallGate gate;

  private Tokenizer(Path file, TextCodec codec) {
    this.codec = codec;
    this.gate = new CallGate("the tokenizer " + file);
  }

  /**
   * Reads a tokenizer. By the file's name it is one of three kinds:
   *
   * <ul>
   *   <li>a {@code .model}: SentencePiece's, run in Java, with SentencePiece's own ids
   *   <li>a {@code tokenizer_config.json}: ByT5's bytes, run in Java
   *   <li>any other: a {@code tokenizer.json}, run by HuggingFace's native library
   * </ul>
   *
   * @param file the tokenizer's file
   * @param libraryFolder where the native library is unpacked to, once a version, and where it is
   *     kept that a file was looked over, once a state of it
   * @throws ModelMissingException if there is no such file
   * @throws BadModelException if it is no tokenizer
   * @throws io.github.npu4j.error.RuntimeMissingException if the native library is needed, and
   *     there is none for this platform, or it can't be unpacked or loaded
   */
  public static Tokenizer open(Path file, Path libraryFolder) {
    String name = String.valueOf(file.getFileName());
    if (name.endsWith(SENTENCE_PIECE_SUFFIX)) {
      return new Tokenizer(file, new UnigramCodec(SentencePieceModel.read(file)));
    }
    if (name.equals(CONFIGURATION)) {
      return new Tokenizer(file, TokenizerConfiguration.codec(file, read(file)));
    }
    String json = sound(file, libraryFolder.resolve(FOLDER));
    TokenizerLibrary.load(libraryFolder);
    return new Tokenizer(
        file, NativeCodec.open(file, json, () -> JsonVocabulary.read(file, read(file))));
  }

  /**
   * Forgets that a file was looked over; for one that is about to go.
   *
   * @param libraryFolder as for {@link #open}
   * @throws IOException if there is no such file, or what is kept can't be deleted
   */
  public static void forget(Path file, Path libraryFolder) throws IOException {
    CheckedCopy.of(file, libraryFolder.resolve(FOLDER)).delete();
  }

  /** Returns the JSON of a file that may be handed to the native library. */
  private static String sound(Path file, Path copies) {
    CheckedCopy copy;
    try {
      copy = CheckedCopy.of(file, copies);
    } catch (IOException absent) {
      return checked(file);
    }
    return copy.read()
        .orElseGet(() -> {
          String json = checked(file);
          copy.write(json);
          return json;
        });
  }

  private static String checked(Path file) {
    String json = read(file);
    String defect = TokenizerJson.defect(json);
    if (defect != null) {
      throw refused(file, defect, null);
    }
    return json;
  }

  /**
   * Loads the native library that a {@code tokenizer.json} is run by, as {@link #open} does when it
   * needs it. Once loaded it stays for the life of the process.
   *
   * @param libraryFolder where it is unpacked to, once a version
   * @return its file; empty if another library in the process has loaded it
   * @throws io.github.npu4j.error.RuntimeMissingException if there is none for this platform, or it
   *     can't be unpacked or loaded
   */
  public static Optional<Path> loadLibrary(Path libraryFolder) {
    return TokenizerLibrary.load(libraryFolder);
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

  static BadModelException refused(Path file, String why, @Nullable Throwable cause) {
    return new BadModelException(
        "can't read the tokenizer " + file,
        why,
        "Use the tokenizer.json that was published with the model.",
        cause);
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
   * Encodes a text to at most so many tokens.
   *
   * @param maximumTokens the most ids, special tokens included; at least {@link #specialTokens()}
   * @return the ids, and how many there would have been
   * @throws BadInputException if the text is longer than {@link #MAXIMUM_CHARACTERS}
   */
  public Encoding encode(String text, int maximumTokens) {
    int specialTokens = codec.specialTokens();
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
    long stamp = gate.enter();
    try {
      return codec.encode(wellFormed, maximumTokens);
    } finally {
      gate.leave(stamp);
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
   * @throws BadInputException if the file is a {@code tokenizer.json} whose tokens can't be told
   *     one by one
   */
  public Vocabulary vocabulary() {
    return codec.vocabulary();
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

  /** Waits for calls in flight, then frees what is native; idempotent. */
  @Override
  public void close() {
    gate.close(codec::close);
  }
}
