package io.github.npu4j.tokenizer;

import io.github.npu4j.error.RuntimeMissingException;
import io.github.npu4j.tokenizer.codec.TextCodec;
import io.github.npu4j.tokenizer.huggingface.NativeCodec;
import java.nio.file.Path;

/** Hugging Face's native library, if its jar is there. */
final class NativeEngine {

  private NativeEngine() {}

  static TextCodec open(Path file, Path libraryFolder) {
    try {
      return NativeCodec.open(file, libraryFolder);
    } catch (NoClassDefFoundError absent) {
      throw new RuntimeMissingException(
          "Hugging Face's tokenizer library can't be used",
          "the jar of ai.djl.huggingface:tokenizers is not there",
          "Add it to the program's dependencies, or use the engine JAVA, which gives the same ids.",
          absent);
    }
  }
}
