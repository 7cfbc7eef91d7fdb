package io.github.npu4j.store.files;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.internal.file.AtomicFile;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Makes a folder of the user's that appears whole or not at all, and loses nothing that was there.
 *
 * <p>One writer at a time works on a folder; who that is a file lock beside it says, which the
 * operating system takes back from a process that dies, and which holds between containers that
 * share the disk. What stands in the folder is looked at before the work and again at its end: what
 * came meanwhile is not touched.
 */
public final class WholeFolder {

  /** What to do with a folder that is there and not empty. */
  public enum Existing {
    /** Leave it, and refuse. */
    REFUSE,
    /** Put the new one into its place, if it has the mark. */
    REPLACE
  }

  /** Gives a file or folder another name, atomically. */
  @FunctionalInterface
  interface Rename {
    void move(Path from, Path to) throws IOException;
  }

  private static final Logger LOG = System.getLogger(WholeFolder.class.getName());

  private static final Rename RENAME =
      (from, to) -> Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);

  private final Path place;
  private final Path parent;
  private final Existing existing;
  private final String mark;
  private final Rename rename;

  private WholeFolder(Path place, Path parent, Existing existing, String mark, Rename rename) {
    this.place = place;
    this.parent = parent;
    this.existing = existing;
    this.mark = mark;
    this.rename = rename;
  }

  /**
   * Fills a new folder beside the target and renames it into place.
   *
   * @param target the folder to make; one that is empty is taken
   * @param existing what to do with one that is not empty
   * @param mark a file that a folder must have to be replaced
   * @param content writes the content; called once
   * @throws BadInputException if the target is not empty and must not be replaced, or is no folder,
   *     before the work or at its end, or if another process or thread writes it
   * @throws IOException if something can't be written; the target is then as it was, or else the
   *     message names where its old content is
   */
  public static void write(Path target, Existing existing, String mark, FolderContent content)
      throws IOException {
    write(target, existing, mark, content, RENAME);
  }

  static void write(
      Path target, Existing existing, String mark, FolderContent content, Rename rename)
      throws IOException {
    Path place = Files.exists(target) ? target.toRealPath() : target.toAbsolutePath().normalize();
    Path parent = place.getParent();
    if (parent == null) {
      throw new BadInputException(target + " can't be written", "it is a root", "");
    }
    WholeFolder folder = new WholeFolder(place, parent, existing, mark, rename);
    folder.requireRoom();
    List<Path> made = makeFolders(parent);
    try {
      folder.writeLocked(content);
    } catch (Throwable failed) {
      for (Path empty : made) {
        Files.deleteIfExists(empty);
      }
      throw failed;
    }
  }

  private void writeLocked(FolderContent content) throws IOException {
    Path lockFile = parent.resolve("." + place.getFileName() + ".npu4j-lock");
    try (InterProcessLock lock = InterProcessLock.tryAcquire(lockFile)) {
      if (lock == null) {
        throw new BadInputException(
            place + " can't be written",
            "another process or thread is writing it",
            "Try again when that has ended.");
      }
      tidyUp();
      requireRoom();
      Path aside = AtomicFolder.aside(place);
      AtomicFolder.publish(
          aside,
          place,
          content,
          () -> {
            requireRoom();
            put(aside);
          });
    }
  }

  /** Puts the finished folder into its place; what is there already has been looked at. */
  private void put(Path aside) throws IOException {
    if (existing == Existing.REFUSE || firstChild(place).isEmpty()) {
      moveInto(aside);
      return;
    }
    Path old = parent.resolve(AtomicFolder.removingName(place));
    rename.move(place, old);
    try {
      moveInto(aside);
    } catch (IOException | RuntimeException failed) {
      putBack(old, failed);
      throw failed;
    }
    try {
      FileTree.delete(old);
    } catch (IOException inUse) {
      LOG.log(Level.WARNING, "The old folder is still at {0}: {1}", old, inUse.toString());
    }
  }

  private void putBack(Path old, Exception failed) throws IOException {
    try {
      rename.move(old, place);
    } catch (IOException stuck) {
      failed.addSuppressed(stuck);
      FileSystemException lost =
          new FileSystemException(
              place.toString(),
              null,
              "the new folder can't be put there ("
                  + failed.getMessage()
                  + "), nor can the old one be put back: it is at "
                  + old);
      lost.initCause(failed);
      throw lost;
    }
  }

  /**
   * Renames the finished folder. No system replaces a file or a folder that is not empty by this,
   * so that whatever came after the last look is kept.
   */
  private void moveInto(Path aside) throws IOException {
    try {
      rename.move(aside, place);
    } catch (FileSystemException taken) {
      Optional<Path> child = firstChild(place);
      if (child.isPresent()) {
        throw notEmpty(child.get());
      }
      if (!Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS)) {
        throw taken;
      }
      Files.delete(place); // Windows replaces no folder, not even an empty one
      rename.move(aside, place);
    }
  }

  /**
   * Deals with what killed writers of this folder left, none of which lives, as the lock shows.
   * Where one was killed between its two renames, the old folder is put back.
   */
  private void tidyUp() throws IOException {
    String removing = AtomicFolder.removingPrefix(place);
    try (DirectoryStream<Path> children = Files.newDirectoryStream(parent)) {
      for (Path child : children) {
        String name = String.valueOf(child.getFileName());
        if (name.startsWith(AtomicFile.asidePrefix(place))) {
          FileTree.delete(child);
        } else if (name.startsWith(removing)) {
          if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
            FileTree.delete(child);
          } else {
            LOG.log(Level.WARNING, "Putting back {0}, which a killed process left aside", place);
            rename.move(child, place);
          }
        }
      }
    }
  }

  private void requireRoom() throws IOException {
    Optional<Path> first = firstChild(place);
    if (first.isEmpty()) {
      return;
    }
    if (existing == Existing.REFUSE) {
      throw notEmpty(first.get());
    }
    if (!Files.isRegularFile(place.resolve(mark))) {
      throw new BadInputException(
          place + " can't be replaced",
          "it is no model folder, for it has no " + mark,
          "Name another folder, or delete this one yourself.");
    }
  }

  private BadInputException notEmpty(Path child) {
    return new BadInputException(
        place + " can't be written",
        "it is not empty: it has " + child.getFileName(),
        "Name a folder that is new or empty, or have it replaced (Existing.REPLACE).");
  }

  /** Returns something in a folder; empty if nothing is in it, or there is none. */
  private static Optional<Path> firstChild(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try (Stream<Path> children = Files.list(folder)) {
      return children.sorted().findFirst();
    } catch (NotDirectoryException file) {
      throw new BadInputException(
          folder + " can't be written",
          "it is a file",
          "Name a folder that is new or empty.",
          file);
    }
  }

  /** Makes a folder and those above it; returns the new ones, the innermost first. */
  private static List<Path> makeFolders(Path folder) throws IOException {
    List<Path> missing = new ArrayList<>();
    for (Path above = folder; above != null && !Files.exists(above); above = above.getParent()) {
      missing.add(above);
    }
    Files.createDirectories(folder);
    return missing;
  }
}
