package io.github.npu4j.bench;

import io.github.npu4j.artifact.Integrity;
import io.github.npu4j.artifact.ModelFolder;
import java.nio.file.Path;
import java.util.Map;

/** A way to load a compiled model that is set against others. */
interface Loader {

  /** A model whose graph is ready to run. */
  interface Loaded extends AutoCloseable {

    /** How long each part of the load took, in nanoseconds, in order; empty if nobody tells. */
    Map<String, Long> phases();

    /** One run; takes and returns the values of the only input and output. */
    float[] run(float[] input) throws Exception;

    @Override
    void close() throws Exception;
  }

  /** Returns the file that is loaded for a context binary: itself, or an EPContext model of it. */
  Path file(Path binary);

  /** Loads it, up to a graph that has its inputs and outputs in place. */
  Loaded load(Path binary) throws Exception;

  /** Returns the way that the report knows under this name. */
  static Loader of(String rival) {
    return switch (rival) {
      case "direct" -> new DirectLoader(Integrity.SIZE);
      case "direct-checked" -> new DirectLoader(Integrity.CRC32C);
      case "ort-ffm" -> new FfmSessionLoader(EpContext.BESIDE);
      case "ort-ffm-embedded" -> new FfmSessionLoader(EpContext.INSIDE);
      case "ort-java" -> new JavaSessionLoader(EpContext.BESIDE);
      case "ort-java-embedded" -> new JavaSessionLoader(EpContext.INSIDE);
      default -> throw new IllegalArgumentException(rival);
    };
  }

  /** Where an EPContext model has its context binary. */
  enum EpContext {
    /** In a file beside it: embed_mode 0. */
    BESIDE {
      @Override
      Path of(Path binary) {
        return ModelFolder.epContextBeside(binary);
      }
    },
    /** In the model itself: embed_mode 1. */
    INSIDE {
      @Override
      Path of(Path binary) {
        return LoadFiles.embedded(binary);
      }
    };

    /** Returns the EPContext model of a context binary. */
    abstract Path of(Path binary);
  }
}
