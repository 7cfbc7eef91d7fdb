package io.github.npu4j.runtime;

import io.github.npu4j.store.Cache;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder for libraries where the cache can't be written, such as in a container with a read-only
 * home. It is removed when the VM exits in order, as far as the operating system lets go of loaded
 * libraries: Windows does not before the process has ended, and its own cleaning has to follow.
 */
final class TemporaryFolder {

  private static final Logger LOGGER = System.getLogger("io.github.npu4j.runtime");

  private TemporaryFolder() {}

  /**
   * Makes a folder below {@code java.io.tmpdir} and fills it.
   *
   * @throws IOException if that fails; nothing is left then
   */
  static Path create(Cache.Fill fill) throws IOException {
    Path folder = Files.createTempDirectory("npu4j-");
    try {
      fill.into(folder);
    } catch (IOException | RuntimeException failed) {
      remove(folder);
      throw failed;
    }
    Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(folder), "npu4j-cleaning"));
    LOGGER.log(
        Level.INFO,
        "the cache can't be written, so ONNX Runtime is unpacked at each start, into " + folder);
    return folder;
  }

  private static void remove(Path folder) {
    List<Path> content = new ArrayList<>();
    try (Stream<Path> walk = Files.walk(folder)) {
      walk.forEach(content::add);
    } catch (IOException | RuntimeException gone) {
      return;
    }
    for (Path path : content.reversed()) {
      try {
        Files.deleteIfExists(path);
      } catch (IOException inUse) {
        // a loaded library on Windows
      }
    }
  }
}
