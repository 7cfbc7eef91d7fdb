package io.github.npu4j.inspect;

import io.github.npu4j.artifact.Integrity;
import io.github.npu4j.artifact.Manifest;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.NativeCallException;
import io.github.npu4j.error.RuntimeMissingException;
import io.github.npu4j.internal.trial.FirstLook;
import io.github.npu4j.qnn.QnnSystem;
import io.github.npu4j.qnn.info.ContextBinary;
import io.github.npu4j.runtime.NativeRuntime;
import io.github.npu4j.store.files.FileMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Locale;

/** Reads what is inside a context binary, as QNN's system library tells it. */
public final class ContextInspection {

  private ContextInspection() {}

  /**
   * Reads a file's graphs, tensors, versions and sizes. A file with a manifest beside it is checked
   * against it first; one without is read by a child process first, since what is damaged may end
   * the process that reads it.
   *
   * @param file the context binary
   * @param runtime has QNN's system library, and the cache that remembers what was read before
   * @throws BadModelException if it is no context binary, or is damaged
   * @throws RuntimeMissingException if there is no system library
   * @throws io.github.npu4j.error.ModelMissingException if there is no such file
   */
  public static ContextBinary read(Path file, NativeRuntime runtime) {
    String name = String.valueOf(file.getFileName());
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.endsWith(".dlc") || lower.endsWith(".zip")) {
      throw new BadModelException(name + " is no context binary", "", "Run npu4j adopt on it.");
    }
    Path library = runtime.qnnSystem().require();
    try (Arena arena = Arena.ofShared()) {
      MemorySegment content = FileMemory.read(file, arena);
      if (Manifest.verifyBeside(file, content, Integrity.CRC32C).isEmpty()) {
        FirstLook.require(file, name, library, runtime.cache());
      }
      return QnnSystem.load(library).read(content);
    } catch (NativeCallException refused) {
      throw new BadModelException(
          name + " is no context binary, or is damaged",
          refused.what() + ": " + refused.why(),
          "Get the file again, or compile the model again.",
          refused);
    }
  }
}
