package io.github.npu4j.tokenizer.sentencepiece;

import org.jspecify.annotations.Nullable;

/** What a piece of a SentencePiece model is for; the numbers are those of its file format. */
enum PieceType {
  NORMAL(1),
  UNKNOWN(2),
  CONTROL(3),
  USER_DEFINED(4),
  UNUSED(5),
  BYTE(6);

  private final int number;

  PieceType(int number) {
    this.number = number;
  }

  static @Nullable PieceType of(long number) {
    for (PieceType type : values()) {
      if (type.number == number) {
        return type;
      }
    }
    return null;
  }
}
