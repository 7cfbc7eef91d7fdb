package io.github.npu4j.tokenizer.sentencepiece;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.ModelMissingException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A SentencePiece model: the {@code spiece.model} of T5 and its relatives, which is of the unigram
 * kind, or one of byte pairs, as Llama 2 and Mistral have.
 *
 * <p>Immutable, and holds nothing that has to be closed. What SentencePiece itself would refuse is
 * refused, and so are models of words and of characters.
 *
 * @see <a href="https://arxiv.org/abs/1804.10959">Subword Regularization</a>, which describes
 *     unigram models
 */
public final class SentencePieceModel {

  /** What SentencePiece writes for a space. */
  static final String SPACE = "\u2581";

  private static final String END = "</s>";
  private static final int T5_SENTINELS = 100;
  private static final long MAXIMUM_FILE_BYTES = 256L << 20;

  private final List<Piece> pieces;
  private final Normalization normalization;
  private final boolean byteFallback;
  private final boolean mergesPairs;
  private final int unknown;

  /** One entry of the vocabulary; its place in the list is its id. */
  record Piece(String text, float score, PieceType type) {}

  /**
   * What happens to a text before pieces are looked for.
   *
   * @param charsmap rewrites characters; {@code null} leaves them
   * @param dummyPrefix whether a space is put in front
   * @param removeExtraWhitespaces whether spaces at both ends and repeated ones go
   * @param escapeWhitespaces whether a space becomes {@link #SPACE}
   */
  record Normalization(
      byte @Nullable [] charsmap,
      boolean dummyPrefix,
      boolean removeExtraWhitespaces,
      boolean escapeWhitespaces) {

    /** Returns whether decoding takes a space from the beginning of a text. */
    boolean cutsLeadingSpace() {
      return escapeWhitespaces && (dummyPrefix || removeExtraWhitespaces);
    }
  }

  SentencePieceModel(
      List<Piece> pieces,
      Normalization normalization,
      boolean byteFallback,
      boolean mergesPairs,
      int unknown) {
    this.pieces = List.copyOf(pieces);
    this.normalization = normalization;
    this.byteFallback = byteFallback;
    this.mergesPairs = mergesPairs;
    this.unknown = unknown;
  }

  /**
   * Reads a model.
   *
   * @param file a {@code spiece.model}
   * @throws ModelMissingException if there is no such file
   * @throws BadModelException if it is damaged, or a model of words or characters
   */
  public static SentencePieceModel read(Path file) {
    try {
      long bytes = Files.size(file);
      if (bytes > MAXIMUM_FILE_BYTES) {
        throw new BadModelException(
            file + " is not a SentencePiece model",
            "it has " + bytes + " bytes",
            "Use the spiece.model that was published with the checkpoint.");
      }
      return new SentencePieceReader(file.toString())
          .model(MemorySegment.ofArray(Files.readAllBytes(file)));
    } catch (NoSuchFileException e) {
      throw new ModelMissingException(
          "there is no SentencePiece model at " + file,
          "",
          "Put the spiece.model that was published with the checkpoint there.",
          e);
    } catch (IOException e) {
      throw new BadModelException(
          "can't read the SentencePiece model " + file, e.toString(), "Get the file again.", e);
    }
  }

  /** Returns how many pieces there are; their ids are 0 and up. */
  public int size() {
    return pieces.size();
  }

  /**
   * Returns how many {@code <extra_id_N>} tokens T5 puts behind the pieces, if nothing else is
   * said: a hundred, or as many as its vocabulary has room for.
   *
   * @param vocabulary the {@code vocab_size} of the checkpoint's configuration
   */
  public int sentinels(int vocabulary) {
    return Math.clamp((long) vocabulary - size(), 0, T5_SENTINELS);
  }

  /** Returns the id of the token that ends a text, if a unigram model has one. */
  public OptionalInt endToken() {
    return mergesPairs ? OptionalInt.empty() : control(END);
  }

  /**
   * Returns this model in the format of Hugging Face's tokenizers, a {@code tokenizer.json}.
   *
   * <p>A text gets the ids that SentencePiece gives it, and then the end token, as T5 wants it.
   * Three things are as that library does them: the text of a special token, such as {@code </s>},
   * is that token (SentencePiece reads it letter by letter); of a letter with combining marks for
   * which there is no single character, marks may get lost; and of two ways to split a text that
   * are equally probable but for rounding in {@code float}, the other one may be taken.
   *
   * @param sentinels how many {@code <extra_id_N>} tokens follow the pieces, the highest N first
   * @return JSON in UTF-8
   */
  public byte[] tokenizerJson(int sentinels) {
    if (mergesPairs) {
      throw new BadInputException(
          "can't write the SentencePiece model as a tokenizer.json",
          "it is a BPE model, and T5's are unigram models",
          "Use the tokenizer.json of the checkpoint.");
    }
    return new SentencePieceJson(this, sentinels).write();
  }

  /** Returns whether it is a byte-pair model, and not a unigram one. */
  public boolean mergesPairs() {
    return mergesPairs;
  }

  /** Returns the id of a control piece, if the model has it. */
  public OptionalInt control(String text) {
    for (int id = 0; id < pieces.size(); id++) {
      if (pieces.get(id).type() == PieceType.CONTROL && pieces.get(id).text().equals(text)) {
        return OptionalInt.of(id);
      }
    }
    return OptionalInt.empty();
  }

  /** Returns the id of a piece, or -1 if there is none. */
  public int idOf(String piece) {
    for (int id = 0; id < pieces.size(); id++) {
      if (pieces.get(id).text().equals(piece)) {
        return id;
      }
    }
    return -1;
  }

  /** Returns the same model, which puts no space in front of a text. */
  public SentencePieceModel withoutDummyPrefix() {
    Normalization bare =
        new Normalization(
            normalization.charsmap(),
            false,
            normalization.removeExtraWhitespaces(),
            normalization.escapeWhitespaces());
    return new SentencePieceModel(pieces, bare, byteFallback, mergesPairs, unknown);
  }

  List<Piece> pieces() {
    return pieces;
  }

  Normalization normalization() {
    return normalization;
  }

  boolean byteFallback() {
    return byteFallback;
  }

  /** Returns the id of what is in no piece. */
  public int unknownId() {
    return unknown;
  }

  int unknown() {
    return unknown;
  }
}
