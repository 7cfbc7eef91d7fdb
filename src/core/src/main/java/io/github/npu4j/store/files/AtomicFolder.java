package io.github.npu4j.store.files;

import io.github.npu4j.internal.file.AtomicFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/** Folders that appear and disappear by one rename. */
public final class AtomicFolder {

  private AtomicFolder() {}

  /**
   * Makes the folder that a new one is written in. What an earlier, killed writer of the same
   * folder left aside is deleted, so the caller must hold the folder's lock.
   */
  public static Path aside(Path target) throws IOException {
    Path parent = parent(target);
    deleteAside(parent, AtomicFile.asidePrefix(target));
    return Files.createDirectory(parent.resolve(AtomicFile.asideName(target)));
  }

  /** Fills a folder made by {@link #aside}, forces it to disk and renames it into place. */
  public static void publish(Path aside, Path target, FolderContent content) throws IOException {
    publish(
        aside, target, content, () -> Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE));
  }

  /** Puts a finished folder into its place. */
  @FunctionalInterface
  interface Placing {
    void place() throws IOException;
  }

  /**
   * Fills a folder made by {@link #aside}, forces it to disk and has it put into its place. If any
   * of this fails, the folder is deleted.
   */
  public static void publish(Path aside, Path target, FolderContent content, Placing placing)
      throws IOException {
    try {
      content.into(aside);
      force(aside);
      placing.place();
    } catch (Throwable failed) {
      try {
        FileTree.delete(aside);
      } catch (IOException leftover) {
        failed.addSuppressed(leftover);
      }
      if (failed instanceof IOException unnamed) {
        throw AtomicFile.named(unnamed, target);
      }
      throw failed;
    }
  }

  /** Returns a name beside a folder for one that is about to be deleted; another each time. */
  static String removingName(Path target) {
    return removingPrefix(target) + AtomicFile.randomDigits();
  }

  /** Returns what the names by {@link #removingName} of a target begin with. */
  static String removingPrefix(Path target) {
    return ".removing-" + target.getFileName() + "~";
  }

  /** Renames a folder away and deletes it; returns whether it was there. */
  public static boolean delete(Path target) throws IOException {
    Path parent = parent(target);
    deleteAside(parent, removingPrefix(target));
    Path aside = parent.resolve(removingName(target));
    try {
      Files.move(target, aside, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException gone) {
      return false;
    }
    FileTree.delete(aside);
    return true;
  }

  /** Returns the sum of the sizes of the files below a folder; links are not followed. */
  public static long size(Path folder) throws IOException {
    long[] sum = new long[1];
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            sum[0] += attributes.size();
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException gone) {
            return FileVisitResult.CONTINUE;
          }
        });
    return sum[0];
  }

  private static Path parent(Path target) {
    Path parent = target.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalArgumentException(target + " is the root of a file system");
    }
    return parent;
  }

  private static void deleteAside(Path parent, String prefix) throws IOException {
    try (DirectoryStream<Path> children = Files.newDirectoryStream(parent)) {
      for (Path child : children) {
        if (child.getFileName().toString().startsWith(prefix)) {
          FileTree.delete(child);
        }
      }
    }
  }

  /** Forces every file below a folder to disk. */
  static void force(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.isRegularFile()) {
              try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.force(true);
              }
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
