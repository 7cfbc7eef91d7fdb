package io.github.npu4j.store.files;

import java.io.IOException;
import java.nio.file.Path;

/** Writes what is to stand in a folder that appears whole or not at all. */
@FunctionalInterface
public interface FolderContent {

  /**
   * Writes the files.
   *
   * @param folder an empty folder that nobody else sees yet
   * @throws IOException to abandon it; it is then deleted
   */
  void into(Path folder) throws IOException;
}
