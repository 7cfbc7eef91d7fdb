package io.github.npu4j.store;

import io.github.npu4j.store.files.AtomicFolder;
import io.github.npu4j.store.files.InterProcessLock;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The folder where npu4j keeps runtimes, models and compiled files.
 *
 * <p>Every entry is a folder that appears whole or not at all: it is written aside, forced to disk
 * and renamed. Two processes that publish the same entry take turns by a lock file, and the second
 * finds the work done. A published entry is never changed, so it may be memory-mapped.
 *
 * <p>All methods may be called from many threads.
 */
public final class Cache {

  /** The system property that names the folder, ahead of the environment variable. */
  public static final String HOME_PROPERTY = "npu4j.home";

  /** The environment variable that names the folder. */
  public static final String HOME_VARIABLE = "NPU4J_HOME";

  /** The kinds of entries. */
  public enum Section {
    /** Native libraries, one folder a version and platform. */
    RUNTIME("runtime"),
    /** Models from the catalog, one model folder each. */
    MODELS("models"),
    /** Compiled models, one model folder a hash of what went in. */
    COMPILED("compiled");

    private final String folder;

    Section(String folder) {
      this.folder = folder;
    }
  }

  /**
   * One published entry.
   *
   * @param section what kind it is
   * @param name its name in the section
   * @param path its folder
   * @param bytes the sum of its files' sizes
   * @param published when it was published, or of what belongs to a file of the user's, when it was
   *     used last
   */
  public record Entry(Section section, String name, Path path, long bytes, FileTime published) {}

  /** Writes the content of a new entry. */
  @FunctionalInterface
  public interface Fill {
    /**
     * Writes files into an empty folder that nobody else sees yet.
     *
     * @param folder where to write
     * @throws IOException to abandon the entry; the folder is then deleted and nothing is published
     */
    void into(Path folder) throws IOException;
  }

  private final Path root;

  private Cache(Path root) {
    this.root = root;
  }

  /**
   * Returns the user's cache: {@code npu4j.home}, else {@code $NPU4J_HOME}, else the operating
   * system's usual place for caches. Nothing is created.
   */
  public static Cache standard() {
    String home = System.getProperty(HOME_PROPERTY);
    if (home != null && !home.isBlank()) {
      return at(Path.of(home));
    }
    return at(
        usualRoot(System.getenv(), System.getProperty("os.name"), System.getProperty("user.home")));
  }

  /** Returns a cache in a folder of the caller's choice, which need not exist yet. */
  public static Cache at(Path root) {
    return new Cache(root.toAbsolutePath().normalize());
  }

  static Path usualRoot(Map<String, String> environment, String osName, String userHome) {
    Optional<Path> chosen = folderIn(environment, HOME_VARIABLE);
    if (chosen.isPresent()) {
      return chosen.get();
    }
    String os = osName.toLowerCase(Locale.ROOT);
    if (os.startsWith("windows")) {
      return folderIn(environment, "LOCALAPPDATA")
          .orElse(Path.of(userHome, "AppData", "Local"))
          .resolve("npu4j");
    }
    if (os.startsWith("mac")) {
      return Path.of(userHome, "Library", "Caches", "npu4j");
    }
    // The XDG base directory specification: a relative path in the variable is to be ignored.
    return folderIn(environment, "XDG_CACHE_HOME")
        .filter(Path::isAbsolute)
        .orElse(Path.of(userHome, ".cache"))
        .resolve("npu4j");
  }

  private static Optional<Path> folderIn(Map<String, String> environment, String variable) {
    return Optional.ofNullable(environment.get(variable)).filter(v -> !v.isBlank()).map(Path::of);
  }

  /** Returns the folder of the whole cache; it may not exist yet. */
  public Path root() {
    return root;
  }

  /** Returns the folder of a section; it may not exist yet. */
  public Path folder(Section section) {
    return root.resolve(section.folder);
  }

  /**
   * Returns where an entry is or would be.
   *
   * @throws IllegalArgumentException if the name is not a plain file name
   */
  public Path path(Section section, String name) {
    return folder(section).resolve(plain(name));
  }

  /** Returns the folder of a published entry. */
  public Optional<Path> find(Section section, String name) {
    return Optional.of(path(section, name)).filter(Files::isDirectory);
  }

  /**
   * Publishes an entry, or returns the one that is there.
   *
   * @param section what kind it is
   * @param name its name: letters, digits, dots, dashes
   * @param fill writes the content; not called when the entry exists
   * @return the entry's folder
   * @throws IOException if the folder can't be written, in words for the user, or from {@code fill}
   */
  public Path publish(Section section, String name, Fill fill) throws IOException {
    Path target = path(section, name);
    if (Files.isDirectory(target)) {
      return target;
    }
    try (InterProcessLock held = lock(section, name)) {
      if (!Files.isDirectory(target)) {
        held.requireHeld();
        AtomicFolder.publish(aside(target), target, fill::into);
      }
      return target;
    }
  }

  /**
   * Removes an entry.
   *
   * @return whether there was one
   * @throws IOException if it can't be removed, for instance while its libraries are loaded on
   *     Windows; it is then still whole
   */
  public boolean remove(Section section, String name) throws IOException {
    Path target = path(section, name);
    if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    try (InterProcessLock held = lock(section, name)) {
      held.requireHeld();
      return AtomicFolder.delete(target);
    }
  }

  /** Lists the entries of a section, by name. */
  public List<Entry> list(Section section) throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (DirectoryStream<Path> children = Files.newDirectoryStream(folder(section))) {
      for (Path child : children) {
        String name = child.getFileName().toString();
        if (!name.startsWith(".") && Files.isDirectory(child)) {
          describe(section, name, child).ifPresent(entries::add);
        }
      }
    } catch (NoSuchFileException nothingYet) {
      return List.of();
    }
    entries.sort(Comparator.comparing(Entry::name));
    return List.copyOf(entries);
  }

  private static Optional<Entry> describe(Section section, String name, Path folder)
      throws IOException {
    try {
      long bytes = AtomicFolder.size(folder);
      return Optional.of(
          new Entry(section, name, folder, bytes, Files.getLastModifiedTime(folder)));
    } catch (NoSuchFileException removedMeanwhile) {
      return Optional.empty();
    }
  }

  /** Returns how many bytes the disk of the cache has left for this user. */
  public long freeBytes() throws IOException {
    Path existing = root;
    while (!Files.exists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    return Files.getFileStore(existing).getUsableSpace();
  }

  private Path aside(Path target) throws IOException {
    try {
      return AtomicFolder.aside(target);
    } catch (FileSystemException refused) {
      throw unwritable(refused);
    }
  }

  private InterProcessLock lock(Section section, String name) throws IOException {
    Path locks = root.resolve(".locks");
    try {
      Files.createDirectories(locks);
      Files.createDirectories(folder(section));
      return InterProcessLock.acquire(locks.resolve(section.folder + "-" + name + ".lock"));
    } catch (FileSystemException refused) {
      throw unwritable(refused);
    }
  }

  private IOException unwritable(FileSystemException refused) {
    String reason = refused.getReason() != null ? refused.getReason() : kind(refused);
    return new IOException(
        "npu4j's cache folder "
            + root
            + " can't be written ("
            + reason
            + "); set "
            + HOME_VARIABLE
            + " to a folder that you may write",
        refused);
  }

  private static String kind(FileSystemException refused) {
    return switch (refused) {
      case AccessDeniedException _ -> "access denied";
      case FileAlreadyExistsException _ -> "a file is in the way";
      default -> String.valueOf(refused.getMessage());
    };
  }

  private static String plain(String name) {
    if (name.isEmpty() || name.startsWith(".") || !name.matches("[A-Za-z0-9._+-]+")) {
      throw new IllegalArgumentException("\"" + name + "\" can't be the name of a cache entry");
    }
    return name;
  }
}
