package io.github.npu4j.store;

import io.github.npu4j.store.Cache.Entry;
import io.github.npu4j.store.Cache.Fill;
import io.github.npu4j.store.Cache.Section;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Entries of a cache that are made of one file each and belong to its present state: its path,
 * size, times and number. Safe for use by many threads and processes.
 */
public final class FileEntries {

  private final Cache cache;
  private final Section section;
  private final String prefix;
  private final int most;

  /**
   * Names a kind of entries.
   *
   * @param prefix what the names of this kind begin with, and no others
   * @param most how many of this kind are kept
   */
  public FileEntries(Cache cache, Section section, String prefix, int most) {
    this.cache = cache;
    this.section = section;
    this.prefix = prefix;
    this.most = most;
  }

  /**
   * Returns the folder of a file's entry, published now or before. A new one removes those of the
   * file's earlier states, and the oldest of what is then too much.
   *
   * @param file its real path
   * @param fill writes the content
   * @throws IOException if there is no such file, it changed meanwhile, or the cache can't be
   *     written
   */
  public Path publish(Path file, Fill fill) throws IOException {
    FileState state = FileState.of(file);
    String ofFile = prefix + state.file() + "-";
    String name = ofFile + state.state();
    boolean known = cache.find(section, name).isPresent();
    Path folder =
        cache.publish(
            section,
            name,
            into -> {
              fill.into(into);
              if (!FileState.of(file).equals(state)) {
                throw new FileSystemException(
                    file.toString(), null, "it changed while it was read");
              }
            });
    if (!known) {
      dropOthers(ofFile, name);
    }
    return folder;
  }

  private void dropOthers(String ofFile, String kept) throws IOException {
    List<Entry> others = new ArrayList<>();
    for (Entry entry : cache.list(section)) {
      if (entry.name().startsWith(prefix) && !entry.name().equals(kept)) {
        others.add(entry);
      }
    }
    others.sort(Comparator.comparing(Entry::published).reversed());
    int left = 1;
    for (Entry other : others) {
      if (other.name().startsWith(ofFile) || left == most) {
        cache.remove(section, other.name());
      } else {
        left++;
      }
    }
  }
}
