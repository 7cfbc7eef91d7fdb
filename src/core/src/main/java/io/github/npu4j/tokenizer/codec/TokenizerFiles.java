package io.github.npu4j.tokenizer.codec;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.ModelMissingException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads the files of tokenizers. */
public final class TokenizerFiles {

  /** Larger than any tokenizer.json known (Gemma's has 33 MB). */
  private static final long MAXIMUM_BYTES = 256L << 20;

  private TokenizerFiles() {}

  /**
   * Reads a file.
   *
   * @throws ModelMissingException if there is none
   * @throws BadModelException if it is too large, or can't be read
   */
  public static byte[] read(Path file) {
    try {
      long bytes = Files.size(file);
      if (bytes > MAXIMUM_BYTES) {
        throw refused(file, "it has " + bytes + " bytes", null);
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new ModelMissingException(
          "there is no tokenizer at " + file,
          "",
          "Put the tokenizer.json that was published with the model there.",
          e);
    } catch (IOException e) {
      throw refused(file, e.toString(), e);
    }
  }

  /**
   * Reads a file as text.
   *
   * @throws ModelMissingException if there is none
   * @throws BadModelException if it is too large, can't be read, or is no text
   */
  public static String text(Path file) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(read(file))).toString();
    } catch (CharacterCodingException e) {
      throw refused(file, "it is not UTF-8 text", e);
    }
  }

  /** Says that a tokenizer's file can't be used. */
  public static BadModelException refused(Path file, String why, @Nullable Throwable cause) {
    return new BadModelException(
        "can't read the tokenizer " + file,
        why,
        "Use the tokenizer.json that was published with the model.",
        cause);
  }

  /** Says that a tokenizer's file makes something impossible that was read without complaint. */
  public static BadModelException failed(Path file, String what, Throwable cause) {
    return new BadModelException(
        "the tokenizer " + file + " can't " + what,
        String.valueOf(cause.getMessage()),
        "Use the tokenizer.json that was published with the model.",
        cause);
  }
}
