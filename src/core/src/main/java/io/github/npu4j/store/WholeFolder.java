package io.github.npu4j.store;

import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.error.BadInputException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Makes a folder of the user's that appears whole or not at all. */
public final class WholeFolder {

  /** What to do with a folder that is there and not empty. */
  public enum Existing {
    /** Leave it, and refuse. */
    REFUSE,
    /** Put the new one into its place, if it is a model folder. */
    REPLACE
  }

  private static final String WRITING = ".writing-";
  private static final String REMOVING = ".removing-";

  private WholeFolder() {}

  /**
   * Fills a new folder beside the target and renames it into place.
   *
   * @param target the folder to make; one that is empty is taken
   * @param existing what to do with one that is not empty
   * @param fill writes the content; called once
   * @throws BadInputException if the target is not empty and must not be replaced, or is no folder
   * @throws IOException if something can't be written; the target is then as it was
   */
  public static void write(Path target, Existing existing, Cache.Fill fill) throws IOException {
    Path place = Files.exists(target) ? target.toRealPath() : target.toAbsolutePath().normalize();
    requireRoom(place, existing);
    Path parent = place.getParent();
    if (parent == null) {
      throw new BadInputException(target + " can't be written", "it is a root", "");
    }
    Files.createDirectories(parent);
    deleteLeftovers(parent, place);
    String name = place.getFileName() + "~" + ProcessHandle.current().pid();
    Path aside = Files.createDirectory(parent.resolve(WRITING + name));
    Path old = parent.resolve(REMOVING + name);
    try {
      fill.into(aside);
      AtomicFolder.force(aside);
      if (Files.exists(place)) {
        Files.move(place, old, StandardCopyOption.ATOMIC_MOVE);
      }
      Files.move(aside, place, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      FileTree.delete(aside);
      if (Files.exists(place)) {
        FileTree.delete(old);
      }
    }
  }

  /** Deletes what processes that were killed left beside the target. */
  private static void deleteLeftovers(Path parent, Path target) throws IOException {
    String name = Pattern.quote(target.getFileName() + "~");
    Pattern pattern = Pattern.compile("\\.(?:writing|removing)-" + name + "([0-9]{1,18})");
    try (DirectoryStream<Path> children = Files.newDirectoryStream(parent)) {
      for (Path child : children) {
        Matcher left = pattern.matcher(String.valueOf(child.getFileName()));
        if (left.matches() && ProcessHandle.of(Long.parseLong(left.group(1))).isEmpty()) {
          FileTree.delete(child);
        }
      }
    }
  }

  private static void requireRoom(Path place, Existing existing) throws IOException {
    if (!Files.exists(place)) {
      return;
    }
    Optional<Path> first;
    try (Stream<Path> children = Files.list(place)) {
      first = children.sorted().findFirst();
    } catch (NotDirectoryException file) {
      throw new BadInputException(
          place + " can't be written", "it is a file", "Name a folder that is new or empty.", file);
    }
    if (first.isEmpty()) {
      return;
    }
    if (existing == Existing.REFUSE) {
      throw new BadInputException(
          place + " can't be written",
          "it is not empty: it has " + first.get().getFileName(),
          "Name a folder that is new or empty, or replace it (--replace).");
    }
    if (!Files.isRegularFile(place.resolve(ModelFolder.DESCRIPTION))) {
      throw new BadInputException(
          place + " can't be replaced",
          "it is no model folder, for it has no " + ModelFolder.DESCRIPTION,
          "Name another folder, or delete this one yourself.");
    }
  }
}
