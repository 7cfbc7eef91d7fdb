package io.github.npu4j.store.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a file that a model names is one of the model's own. */
public final class InsideFolder {

  /** Hugging Face's cache: {@code snapshots/REVISION/FILE} is a link into {@code blobs}. */
  private static final String SNAPSHOTS = "snapshots";

  private static final String BLOBS = "blobs";

  private InsideFolder() {}

  /**
   * Returns whether a file is below a folder, by its name and, if it is there, after all links were
   * followed: whoever wrote a model must not choose which other files of the user are read. The
   * links of Hugging Face's cache into its own store are allowed.
   *
   * @param folder the model's
   * @param file what the model names, resolved against the folder; need not exist
   * @throws IOException if links can't be followed
   */
  public static boolean holds(Path folder, Path file) throws IOException {
    Path place = folder.toAbsolutePath().normalize();
    Path named = file.toAbsolutePath().normalize();
    if (!named.startsWith(place) || named.equals(place)) {
      return false;
    }
    if (!Files.exists(named)) {
      return true;
    }
    Path real = named.toRealPath();
    Path realFolder = place.toRealPath();
    if (real.startsWith(realFolder)) {
      return true;
    }
    for (Path above = realFolder; above != null; above = above.getParent()) {
      if (above.endsWith(SNAPSHOTS)) {
        return real.startsWith(above.resolveSibling(BLOBS));
      }
    }
    return false;
  }
}
