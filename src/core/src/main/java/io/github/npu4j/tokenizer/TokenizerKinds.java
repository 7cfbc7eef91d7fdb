package io.github.npu4j.tokenizer;

import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.tokenizer.TokenizerOptions.Engine;
import io.github.npu4j.tokenizer.bytes.ByteTokenizerFile;
import io.github.npu4j.tokenizer.codec.TextCodec;
import io.github.npu4j.tokenizer.json.PipelineCodec;
import io.github.npu4j.tokenizer.legacy.LegacyFiles;
import io.github.npu4j.tokenizer.legacy.SlowTokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Tells the kinds of tokenizers by their files' names. */
final class TokenizerKinds {

  private static final String SENTENCE_PIECE_SUFFIX = ".model";
  private static final String CONFIGURATION = "tokenizer_config.json";

  /** What is looked for in a folder, in order. */
  private static final List<String> IN_A_FOLDER =
      List.of(
          "tokenizer.json",
          "spiece.model",
          "tokenizer.model",
          "sentencepiece.bpe.model",
          LegacyFiles.PAIRS_VOCABULARY,
          LegacyFiles.WORD_PIECES,
          CONFIGURATION);

  private TokenizerKinds() {}

  static TextCodec open(Path file, TokenizerOptions options) {
    return Files.isDirectory(file) ? openFile(inside(file), options) : openFile(file, options);
  }

  private static TextCodec openFile(Path file, TokenizerOptions options) {
    String name = String.valueOf(file.getFileName());
    if (name.endsWith(SENTENCE_PIECE_SUFFIX)) {
      return SlowTokenizer.open(file);
    }
    return switch (name) {
      case CONFIGURATION -> ByteTokenizerFile.codec(file);
      case LegacyFiles.WORD_PIECES -> LegacyFiles.wordPieces(file);
      case LegacyFiles.PAIRS_VOCABULARY -> LegacyFiles.pairs(file);
      default ->
          options.engine() == Engine.JAVA
              ? PipelineCodec.open(file)
              : NativeEngine.open(file, options.libraryFolder().orElseThrow());
    };
  }

  private static Path inside(Path folder) {
    for (String name : IN_A_FOLDER) {
      if (Files.isRegularFile(folder.resolve(name))) {
        return folder.resolve(name);
      }
    }
    throw new ModelMissingException(
        "there is no tokenizer in " + folder,
        "it has none of " + String.join(", ", IN_A_FOLDER),
        "Put the tokenizer.json that was published with the model there.");
  }
}
