package io.github.npu4j.compile;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.internal.file.AtomicFile;
import io.github.npu4j.store.files.Placeholder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A zip archive from elsewhere: no entry may lead out of the target folder, and together they may
 * not become much more than the archive is, nor more than the disk has room for. What archivers of
 * macOS add is passed over.
 */
final class SafeZip {

  /** An archive of a model has a handful. */
  private static final int MAX_ENTRIES = 10_000;

  /**
   * Compiled models hardly shrink at all in an archive; a file of zeros shrinks a thousandfold.
   * Below the allowance, which is for all entries together, the ratio does not matter.
   */
  private static final long MAX_RATIO = 100;

  private static final long ALLOWANCE = 16L << 20;

  private static final byte[] MAGIC = {'P', 'K', 3, 4};

  /** Resource forks and folder settings of macOS, which bear the names of other files. */
  private static final Pattern MAC_EXTRAS =
      Pattern.compile("(?:.*/)?(?:__MACOSX/.*|\\._[^/]*|\\.DS_Store)", Pattern.DOTALL);

  private SafeZip() {}

  /**
   * Returns whether a file begins like a zip archive.
   *
   * @throws BadModelException if it stands for another file, as after a failed download
   */
  static boolean isZip(Path file) {
    return Arrays.equals(Arrays.copyOf(Placeholder.refuse(file), MAGIC.length), MAGIC);
  }

  /** Returns the names of the files in an archive, without macOS's own. */
  static List<String> names(Path archive) throws IOException {
    try (ZipFile zip = open(archive)) {
      return names(archive, zip);
    }
  }

  private static ZipFile open(Path archive) throws IOException {
    try {
      return new ZipFile(archive.toFile());
    } catch (FileSystemException unreadable) {
      throw unreadable;
    } catch (IOException damaged) {
      throw bad(archive, Placeholder.zipDefect(damaged));
    }
  }

  private static List<String> names(Path archive, ZipFile zip) {
    List<String> names = new ArrayList<>();
    Enumeration<? extends ZipEntry> entries = zip.entries();
    for (int count = 0; entries.hasMoreElements(); count++) {
      ZipEntry entry = entries.nextElement();
      if (count == MAX_ENTRIES) {
        throw bad(archive, "it has more than " + MAX_ENTRIES + " entries");
      }
      if (!entry.isDirectory() && !MAC_EXTRAS.matcher(entry.getName()).matches()) {
        names.add(entry.getName());
      }
    }
    return names;
  }

  /** Unpacks the files that are wanted, with their folders, and returns where they are. */
  static List<Path> unpack(Path archive, Predicate<String> wanted, Path folder) throws IOException {
    List<Path> unpacked = new ArrayList<>();
    try (ZipFile zip = open(archive)) {
      List<String> names = names(archive, zip);
      List<Path> targets = names.stream().map(name -> target(archive, name, folder)).toList();
      requireRoom(archive, zip, names.stream().filter(wanted).toList(), folder);
      long left = limit(archive);
      for (int i = 0; i < names.size(); i++) {
        if (wanted.test(names.get(i))) {
          left -= copy(archive, zip, zip.getEntry(names.get(i)), targets.get(i), left);
          unpacked.add(targets.get(i));
        }
      }
    }
    return unpacked;
  }

  /** Returns the most bytes that an archive may become. */
  private static long limit(Path archive) throws IOException {
    return Math.min(Files.size(archive), Long.MAX_VALUE / MAX_RATIO - ALLOWANCE) * MAX_RATIO
        + ALLOWANCE;
  }

  /** Compares what the archive says of itself with the disk; it may lie, which ends the copying. */
  private static void requireRoom(Path archive, ZipFile zip, List<String> names, Path folder)
      throws IOException {
    long total = 0;
    for (String name : names) {
      total = Math.min(Long.MAX_VALUE / 2, total) + Math.max(0, zip.getEntry(name).getSize());
    }
    Files.createDirectories(folder);
    long free = Files.getFileStore(folder).getUsableSpace();
    if (total > free) {
      throw new FileSystemException(
          folder.toString(),
          null,
          archive.getFileName() + " unpacks to " + total + " bytes and " + free + " are free");
    }
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

  /** Unpacks one entry, of this many bytes at most; returns how many it had. */
  private static long copy(Path archive, ZipFile zip, ZipEntry entry, Path target, long limit)
      throws IOException {
    long written = 0;
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = content(archive, zip, entry);
        OutputStream out = create(archive, entry, target)) {
      for (int count = read(archive, entry, in, buffer);
          count >= 0;
          count = read(archive, entry, in, buffer)) {
        written += count;
        if (written > limit) {
          throw bad(
              archive,
              "it has "
                  + Files.size(archive)
                  + " bytes and with "
                  + entry.getName()
                  + " becomes more than "
                  + limit(archive));
        }
        try {
          out.write(buffer, 0, count);
        } catch (IOException full) {
          throw AtomicFile.named(full, target);
        }
      }
    }
    return written;
  }

  private static InputStream content(Path archive, ZipFile zip, ZipEntry entry) {
    try {
      return zip.getInputStream(entry);
    } catch (IOException damaged) {
      throw bad(archive, entry.getName() + " in it: " + Placeholder.zipDefect(damaged));
    }
  }

  private static OutputStream create(Path archive, ZipEntry entry, Path target) throws IOException {
    try {
      Files.createDirectories(target.resolveSibling("."));
      return Files.newOutputStream(target);
    } catch (FileAlreadyExistsException inTheWay) {
      throw bad(archive, "its entry " + entry.getName() + " is in the way of another");
    }
  }

  private static int read(Path archive, ZipEntry entry, InputStream in, byte[] buffer) {
    try {
      return in.read(buffer);
    } catch (IOException damaged) {
      throw bad(archive, entry.getName() + " in it: " + Placeholder.zipDefect(damaged));
    }
  }

  private static BadModelException bad(Path archive, String why) {
    return new BadModelException(
        archive.getFileName() + " can't be unpacked", why, "Get the archive again.");
  }
}
