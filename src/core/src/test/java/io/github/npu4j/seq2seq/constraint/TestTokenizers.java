package io.github.npu4j.seq2seq.constraint;

import io.github.npu4j.testing.SpieceProtos;
import io.github.npu4j.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Tokenizers of different make, none of which needs a native library.
 *
 * @param bytes ByT5's: a token is a byte
 * @param framed SentencePiece's, with bytes, and pieces that are the frame of an answer
 * @param pieces SentencePiece's, without bytes: a token is one or several characters
 * @param lettersOnly SentencePiece's, without bytes and without most of what JSON needs
 */
record TestTokenizers(Tokenizer bytes, Tokenizer framed, Tokenizer pieces, Tokenizer lettersOnly)
    implements AutoCloseable {

  static TestTokenizers in(Path folder) throws IOException {
    Path configuration =
        Files.writeString(
            folder.resolve("tokenizer_config.json"),
            "{\"tokenizer_class\":\"ByT5Tokenizer\",\"extra_ids\":10}");
    SpieceProtos framed = SpieceProtos.t5().allBytes();
    for (String piece :
        List.of(
            "\u2581",
            "{\"intent\":\"alarm_set\",\"slots\":{",
            "\"time\":\"",
            "\",\"time\":\"",
            "\"}}",
            "}}",
            "{\"intent\":\"call\",\"slots\":{",
            "\u2581at",
            "at",
            "\u00e9",
            "7",
            "12",
            "\":")) {
      framed.piece(piece, -2);
    }
    SpieceProtos pieces = SpieceProtos.t5().piece("\u2581", -2);
    for (char c = '!'; c <= '~'; c++) {
      pieces.piece(String.valueOf(c), -4);
    }
    for (String piece :
        List.of(
            "\":",
            "\"}",
            ",\"",
            "{\"",
            "12",
            "\u00e9",
            "\ud83d\ude00",
            "]]",
            "],[",
            "true,false",
            "\\u",
            "\\n",
            "\\ud83d",
            "\\uDE",
            "{\"a\":[1,",
            "null}",
            "\u2581\u2581",
            "e-",
            "0.",
            "\":\"")) {
      pieces.piece(piece, -3);
    }
    return new TestTokenizers(
        Tokenizer.open(configuration),
        open(folder, framed),
        open(folder, pieces),
        open(folder, SpieceProtos.t5().piece("\u2581", -2).piece("a", -3)));
  }

  private static Tokenizer open(Path folder, SpieceProtos proto) throws IOException {
    return Tokenizer.open(Files.write(folder.resolve("spiece.model"), proto.build()));
  }

  /** Returns those that can write JSON. */
  List<Tokenizer> all() {
    return List.of(bytes, framed, pieces);
  }

  @Override
  public void close() {
    bytes.close();
    framed.close();
    pieces.close();
    lettersOnly.close();
  }
}
