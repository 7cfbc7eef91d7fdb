package io.github.npu4j.bench;

import io.github.npu4j.tokenizer.sentencepiece.SentencePieceModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes a SentencePiece model as a {@code tokenizer.json}, for the rivals that read no other.
 *
 * <p>Arguments: the model, the file to write.
 */
final class TokenizerFiles {
  private TokenizerFiles() {}

  public static void main(String[] arguments) throws IOException {
    SentencePieceModel model = SentencePieceModel.read(Path.of(arguments[0]));
    Files.write(Path.of(arguments[1]), model.tokenizerJson(0));
  }
}
