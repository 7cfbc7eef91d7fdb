package io.github.npu4j.store.entries;

import io.github.npu4j.store.Cache;
import io.github.npu4j.store.Cache.Entry;
import io.github.npu4j.store.Cache.Fill;
import io.github.npu4j.store.Cache.Section;
import io.github.npu4j.store.files.FileState;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Entries of a cache that are made of one file each and belong to its present state: its path,
 * size, times and number. Safe for use by many threads and processes.
 */
public final class FileEntries {

  private static final Logger LOG = System.getLogger(FileEntries.class.getName());

  private static final Duration NOTED_EVERY = Duration.ofHours(1);

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
   * file's earlier states, and what was not used for longest of what is then too much.
   *
   * @param file its real path
   * @param fill writes the content
   * @throws IOException if there is no such file, it changed meanwhile, or the cache can't be
   *     written
   */
  public Path publish(Path file, Fill fill) throws IOException {
    return publish(file, "", fill);
  }

  /**
   * Returns the folder of a file's entry for one state of something else that it was made with, as
   * {@link #publish(Path, Fill)} does.
   *
   * @param with the state of the other thing
   */
  public Path publish(Path file, String with, Fill fill) throws IOException {
    FileState state = FileState.of(file);
    String ofFile = prefix + state.file() + "-";
    String name = ofFile + state.with(with);
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
    if (known) {
      touch(folder);
    } else {
      dropOthers(ofFile, name);
    }
    return folder;
  }

  /** Notes, once an hour at most, that an entry was used, so that others are dropped before it. */
  private static void touch(Path folder) {
    try {
      FileTime now = FileTime.from(Instant.now());
      FileTime noted = Files.getLastModifiedTime(folder);
      if (now.toMillis() - noted.toMillis() > NOTED_EVERY.toMillis()) {
        Files.setLastModifiedTime(folder, now);
      }
    } catch (IOException readOnly) {
      LOG.log(Level.DEBUG, "{0} may be dropped although it is used: {1}", folder, readOnly);
    }
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
        drop(other);
      } else {
        left++;
      }
    }
  }

  private void drop(Entry other) {
    try {
      cache.remove(section, other.name());
    } catch (IOException inUse) {
      LOG.log(Level.DEBUG, "{0} stays: {1}", other.path(), inUse);
    }
  }
}
