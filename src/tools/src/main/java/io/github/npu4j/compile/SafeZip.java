package io.github.npu4j.compile;

import io.github.npu4j.error.BadModelException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.function.Predicate;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A zip archive from elsewhere: no entry may lead out of the target folder, and none may become
 * much more than it is in the archive.
 */
final class SafeZip {

  /** An archive of a model has a handful. */
  private static final int MAX_ENTRIES = 10_000;

  /**
   * Compiled models hardly shrink at all in an archive; a file of zeros shrinks a thousandfold.
   * Below the allowance the ratio does not matter.
   */
  private static final long MAX_RATIO = 100;

  private static final long ALLOWANCE = 16L << 20;

  private static final byte[] MAGIC = {'P', 'K', 3, 4};

  private SafeZip() {}

  /** Returns whether a file begins like a zip archive. */
  static boolean isZip(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return java.util.Arrays.equals(in.readNBytes(MAGIC.length), MAGIC);
    }
  }

  /** Returns the names of the files in an archive. */
  static List<String> names(Path archive) throws IOException {
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      List<String> names = new ArrayList<>();
      Enumeration<? extends ZipEntry> entries = zip.entries();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        if (names.size() == MAX_ENTRIES) {
          throw bad(archive, "it has more than " + MAX_ENTRIES + " entries");
        }
        if (!entry.isDirectory()) {
          names.add(entry.getName());
        }
      }
      return names;
    } catch (java.util.zip.ZipException damaged) {
      throw bad(archive, "the archive is damaged: " + damaged.getMessage());
    }
  }

  /** Unpacks the files that are wanted, with their folders, and returns where they are. */
  static List<Path> unpack(Path archive, Predicate<String> wanted, Path folder) throws IOException {
    List<Path> unpacked = new ArrayList<>();
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      for (String name : names(archive)) {
        Path target = target(archive, name, folder);
        if (wanted.test(name)) {
          Files.createDirectories(target.resolveSibling("."));
          copy(archive, zip, zip.getEntry(name), target);
          unpacked.add(target);
        }
      }
    }
    return unpacked;
  }

  private static Path target(Path archive, String name, Path folder) {
    try {
      Path target = folder.resolve(name).normalize();
      if (target.startsWith(folder)
          && !target.equals(folder)
          && name.indexOf('\\') < 0
          && !Path.of(name).isAbsolute()) {
        return target;
      }
    } catch (InvalidPathException notAPath) {
      // the same error as a path that leads elsewhere
    }
    throw bad(archive, "it has an entry \"" + name + "\", which leads out of the folder");
  }

  private static void copy(Path archive, ZipFile zip, ZipEntry entry, Path target)
      throws IOException {
    long limit = Math.max(entry.getCompressedSize(), 0) * MAX_RATIO + ALLOWANCE;
    long written = 0;
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = zip.getInputStream(entry);
        OutputStream out = Files.newOutputStream(target)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        written += count;
        if (written > limit) {
          throw bad(
              archive,
              entry.getName()
                  + " has "
                  + entry.getCompressedSize()
                  + " bytes in it and becomes more than "
                  + limit);
        }
        out.write(buffer, 0, count);
      }
    } catch (java.util.zip.ZipException damaged) {
      throw bad(archive, entry.getName() + " in it is damaged: " + damaged.getMessage());
    }
  }

  private static BadModelException bad(Path archive, String why) {
    return new BadModelException(
        archive.getFileName() + " can't be unpacked", why, "Get the archive again.");
  }
}
