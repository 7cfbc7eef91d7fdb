package io.github.npu4j.bench;

import io.github.npu4j.artifact.Digest;
import io.github.npu4j.artifact.Integrity;
import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.engine.DirectEngine;
import io.github.npu4j.engine.Model;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.engine.OrtEngine;
import io.github.npu4j.runtime.Device;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;

/** The ways to load a compiled model that are set against each other, each up to its graph. */
enum Loader {
  DIRECT("direct") {
    @Override
    Model open(Path binary) {
      return DirectEngine.open(binary, ON_EMULATOR.withIntegrity(Integrity.SIZE));
    }
  },
  DIRECT_HASHED("direct-hashed") {
    @Override
    Model open(Path binary) {
      return DirectEngine.open(binary, ON_EMULATOR.withIntegrity(Integrity.CHUNKS));
    }
  },
  /** What hashing so many bytes costs that lie in Java's heap: no file, no load. */
  HASHES("hashes-alone") {
    @Override
    Model open(Path binary) {
      throw new UnsupportedOperationException("opens nothing");
    }

    @Override
    void load(Path binary) throws IOException {
      if (content.length == 0) {
        content = Files.readAllBytes(binary);
      }
      Digest.of(MemorySegment.ofArray(content));
    }
  },
  ORT_EPCONTEXT("ort-epcontext") {
    @Override
    Model open(Path binary) {
      return OrtEngine.open(ModelFolder.epContextBeside(binary), ON_EMULATOR);
    }
  };

  private static final OpenOptions ON_EMULATOR = OpenOptions.on(Device.EMULATOR);

  private static byte[] content = {};

  private final String rival;

  Loader(String rival) {
    this.rival = rival;
  }

  static Loader of(String rival) {
    for (Loader loader : values()) {
      if (loader.rival.equals(rival)) {
        return loader;
      }
    }
    throw new IllegalArgumentException(rival);
  }

  /** Opens a context binary, or the EPContext model beside it. */
  abstract Model open(Path binary);

  /** Opens it, makes its first graph ready to run, and closes it again. */
  void load(Path binary) throws IOException {
    try (Model model = open(binary)) {
      model.bind(model.graphs().getFirst()).close();
    }
  }
}
