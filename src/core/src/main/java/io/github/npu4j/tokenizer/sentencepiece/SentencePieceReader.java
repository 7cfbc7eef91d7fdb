package io.github.npu4j.tokenizer.sentencepiece;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.internal.proto.ProtoReader;
import io.github.npu4j.tokenizer.normalize.Charsmap;
import io.github.npu4j.tokenizer.sentencepiece.SentencePieceModel.Normalization;
import io.github.npu4j.tokenizer.sentencepiece.SentencePieceModel.Piece;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the protobuf message of a SentencePiece model, and refuses what is not sound in it.
 *
 * <p>The numbers of fields and kinds are those of {@code sentencepiece_model.proto} of
 * google/sentencepiece. What a field is not set to is that file's default. Settings that change no
 * ids, and everything of training, are skipped.
 */
final class SentencePieceReader {

  // ModelProto
  private static final int PIECES = 1;
  private static final int TRAINER_SPEC = 2;
  private static final int NORMALIZER_SPEC = 3;

  // ModelProto.SentencePiece
  private static final int PIECE = 1;
  private static final int SCORE = 2;
  private static final int TYPE = 3;

  // TrainerSpec
  private static final int MODEL_TYPE = 3;
  private static final int TREAT_WHITESPACE_AS_SUFFIX = 24;
  private static final int BYTE_FALLBACK = 35;

  // NormalizerSpec
  private static final int PRECOMPILED_CHARSMAP = 2;
  private static final int ADD_DUMMY_PREFIX = 3;
  private static final int REMOVE_EXTRA_WHITESPACES = 4;
  private static final int ESCAPE_WHITESPACES = 5;

  // TrainerSpec.ModelType
  private static final int UNIGRAM = 1;
  private static final int BPE = 2;
  private static final int WORDS = 3;
  private static final int CHARACTERS = 4;

  // Several times what any published model has: bounds the memory that a hostile file takes.
  private static final int MAXIMUM_PIECES = 1 << 21;
  private static final int MAXIMUM_PIECE_BYTES = 1 << 16;
  private static final int BYTES = 256;

  private final String file;
  private final List<Piece> pieces = new ArrayList<>();
  private long modelType = UNIGRAM;
  private boolean byteFallback;
  private boolean spaceAsSuffix;
  private byte @Nullable [] charsmap;
  private boolean dummyPrefix = true;
  private boolean removeExtraWhitespaces = true;
  private boolean escapeWhitespaces = true;

  SentencePieceReader(String file) {
    this.file = file;
  }

  /**
   * Reads a model.
   *
   * @param bytes the whole file; nothing of it is kept
   * @throws BadModelException if it is damaged, or a model of a kind that is not known
   */
  SentencePieceModel model(MemorySegment bytes) {
    ProtoReader model = new ProtoReader(bytes, file, "a SentencePiece model");
    while (model.next()) {
      switch (model.field()) {
        case PIECES -> piece(model);
        case TRAINER_SPEC -> trainer(model.message());
        case NORMALIZER_SPEC -> normalizer(model.message());
        default -> model.skip();
      }
    }
    if (pieces.isEmpty()) {
      throw refused("it has no pieces");
    }
    requireKnownKind();
    requireSoundPieces();
    String defect = charsmap == null ? null : Charsmap.defect(charsmap);
    if (defect != null) {
      throw refused("its character map has " + defect);
    }
    return new SentencePieceModel(
        pieces,
        new Normalization(charsmap, dummyPrefix, removeExtraWhitespaces, escapeWhitespaces),
        byteFallback,
        modelType == BPE,
        onlyUnknown());
  }

  private void piece(ProtoReader model) {
    if (pieces.size() == MAXIMUM_PIECES) {
      throw model.damaged("more than " + MAXIMUM_PIECES + " pieces");
    }
    ProtoReader piece = model.message();
    String text = "";
    float score = 0;
    PieceType type = PieceType.NORMAL;
    while (piece.next()) {
      switch (piece.field()) {
        case PIECE -> text = piece.text(MAXIMUM_PIECE_BYTES);
        case SCORE -> score = piece.float32();
        case TYPE -> type = type(piece);
        default -> piece.skip();
      }
    }
    if (text.isEmpty()) {
      throw piece.damaged("an empty piece");
    }
    if (!Float.isFinite(score)) {
      throw piece.damaged("a piece of score " + score);
    }
    pieces.add(new Piece(text, score, type));
  }

  private static PieceType type(ProtoReader piece) {
    long number = piece.varint();
    PieceType type = PieceType.of(number);
    if (type == null) {
      throw piece.damaged("a piece of type " + number);
    }
    return type;
  }

  private void trainer(ProtoReader trainer) {
    while (trainer.next()) {
      switch (trainer.field()) {
        case MODEL_TYPE -> modelType = trainer.varint();
        case TREAT_WHITESPACE_AS_SUFFIX -> spaceAsSuffix = trainer.varint() != 0;
        case BYTE_FALLBACK -> byteFallback = trainer.varint() != 0;
        default -> trainer.skip();
      }
    }
  }

  private void normalizer(ProtoReader normalizer) {
    while (normalizer.next()) {
      switch (normalizer.field()) {
        case PRECOMPILED_CHARSMAP -> {
          MemorySegment bytes = normalizer.slice();
          charsmap = bytes.byteSize() == 0 ? null : bytes.toArray(ValueLayout.JAVA_BYTE);
        }
        case ADD_DUMMY_PREFIX -> dummyPrefix = normalizer.varint() != 0;
        case REMOVE_EXTRA_WHITESPACES -> removeExtraWhitespaces = normalizer.varint() != 0;
        case ESCAPE_WHITESPACES -> escapeWhitespaces = normalizer.varint() != 0;
        default -> normalizer.skip();
      }
    }
  }

  private void requireKnownKind() {
    if (modelType != UNIGRAM && modelType != BPE) {
      String kind =
          switch ((int) modelType) {
            case WORDS -> "a word model";
            case CHARACTERS -> "a character model";
            default -> "of kind " + modelType;
          };
      throw new BadModelException(
          file + " can't be used",
          "it is " + kind + ", and neither a unigram nor a BPE model",
          "Put the tokenizer.json of the checkpoint beside it.");
    }
    if (spaceAsSuffix) {
      throw refused("its pieces have the space at their end, which no known model's have");
    }
  }

  /** Checks what encoding relies on: no piece twice, and all 256 bytes or none. */
  private void requireSoundPieces() {
    Set<String> texts = HashSet.newHashSet(pieces.size());
    int bytes = 0;
    for (Piece piece : pieces) {
      if (!texts.add(piece.text())) {
        throw refused("it has the piece " + piece.text() + " twice");
      }
      if (piece.type() == PieceType.UNUSED) {
        throw refused("it has the unused piece " + piece.text());
      }
      if (piece.type() == PieceType.BYTE) {
        if (!piece.text().matches("<0x[0-9A-F]{2}>")) {
          throw refused("its piece " + piece.text() + " is no byte");
        }
        bytes++;
      }
    }
    if (bytes != (byteFallback ? BYTES : 0)) {
      throw refused("it has " + bytes + " of the " + BYTES + " bytes");
    }
  }

  /** Returns the id of the unknown piece, of which there must be one. */
  private int onlyUnknown() {
    int unknown = -1;
    for (int id = 0; id < pieces.size(); id++) {
      if (pieces.get(id).type() == PieceType.UNKNOWN) {
        if (unknown >= 0) {
          throw refused("it has two unknown pieces");
        }
        unknown = id;
      }
    }
    if (unknown < 0) {
      throw refused("it has no unknown piece");
    }
    return unknown;
  }

  private BadModelException refused(String why) {
    return new BadModelException(
        "can't use the SentencePiece model " + file,
        why,
        "Use the spiece.model that was published with the checkpoint.");
  }
}
