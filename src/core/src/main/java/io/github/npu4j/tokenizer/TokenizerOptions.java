package io.github.npu4j.tokenizer;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How a tokenizer is run.
 *
 * @param engine by what
 * @param libraryFolder where the native library is unpacked to, once a version; only for {@link
 *     Engine#HUGGING_FACE}
 */
public record TokenizerOptions(Engine engine, Optional<Path> libraryFolder) {

  /** What runs a {@code tokenizer.json}; other files are always run in Java. */
  public enum Engine {
    /** Java, on every platform. */
    JAVA,
    /** Hugging Face's native library, as DJL ships it; its jar has to be there. */
    HUGGING_FACE
  }

  /** Returns the usual options: Java. */
  public static TokenizerOptions java() {
    return new TokenizerOptions(Engine.JAVA, Optional.empty());
  }

  /**
   * Returns options that name Hugging Face's native library.
   *
   * @param libraryFolder where it is unpacked to
   */
  public static TokenizerOptions huggingFace(Path libraryFolder) {
    return new TokenizerOptions(Engine.HUGGING_FACE, Optional.of(libraryFolder));
  }
}
