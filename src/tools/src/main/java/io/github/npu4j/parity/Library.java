package io.github.npu4j.parity;

import io.github.npu4j.engine.Placement;
import io.github.npu4j.runtime.libraries.LoadedLibraries;
import io.github.npu4j.store.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The library that computed an answer.
 *
 * @param path the loaded file
 * @param sha256 its SHA-256 in lower-case hexadecimal
 */
public record Library(Path path, String sha256) {

  /**
   * Identifies a file.
   *
   * @throws UncheckedIOException if it can't be read
   */
  public static Library of(Path path) {
    try {
      return new Library(path, Digest.sha256(path));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /**
   * Identifies the library that computes for a model in this process, as the operating system tells
   * which files are loaded: ONNX Runtime for the CPU, QNN's HTP library for the NPU and the
   * emulator.
   *
   * @return empty if the device's library is an execution provider's that npu4j does not know
   */
  public static List<Library> computingFor(Placement placement) {
    return switch (placement.device()) {
      case CPU -> LoadedLibraries.onnxruntimes().stream().map(Library::of).toList();
      case NPU, EMULATOR -> LoadedLibraries.named("QnnHtp").stream().map(Library::of).toList();
      case GPU, AUTO -> List.of();
    };
  }

  /**
   * Returns the file's name and the start of its hash, as {@code libQnnHtp.so (sha256 1a2b3c4d)}.
   */
  @Override
  public String toString() {
    return path.getFileName() + " (sha256 " + sha256.substring(0, 12) + ")";
  }
}
