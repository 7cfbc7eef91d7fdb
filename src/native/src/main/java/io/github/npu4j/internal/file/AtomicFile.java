package io.github.npu4j.internal.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * A file that appears whole or not at all: it is written aside, in the same folder, forced to disk
 * and renamed. An older file of the name is replaced.
 *
 * <p>The name aside is new each time and the file is created, never opened, so that neither a
 * second writer nor a link of that name is written through. The writer holds a lock on it, which
 * the system takes back from a process that dies: so a later write of the same name knows what a
 * killed one left, and deletes it.
 *
 * <p>Belongs to one thread.
 */
public final class AtomicFile implements AutoCloseable {

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    /**
     * Writes.
     *
     * @param channel at the beginning of an empty file
     */
    void into(FileChannel channel) throws IOException;
  }

  /** Who has the lock of a file. */
  private enum Hold {
    OURS,
    ANOTHERS,
    /** Files can't be locked here. */
    NOBODYS
  }

  private static final String ASIDE = ".writing-";

  /** A file aside may be without its lock for a moment after it was created. */
  private static final Duration YOUNG = Duration.ofSeconds(1);

  /** Where files can't be locked, one that was not written to for this time has no writer left. */
  private static final Duration ABANDONED = Duration.ofHours(1);

  /** A byte far beyond the content: Windows locks bytes against writing. */
  private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

  private static final boolean IS_WINDOWS = System.getProperty("os.name", "").startsWith("Windows");

  /** Those that this process writes: to open one a second time would give back its lock. */
  private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

  private static final int MOST_TRIES = 100;

  /** The classes of Java that read and write files. */
  private static final Pattern SYSTEM = Pattern.compile("java\\.(io|nio)\\.|sun\\.nio\\.");

  private final Path target;
  private final Path aside;
  private final FileChannel channel;
  private boolean published;

  private AtomicFile(Path target, Path aside, FileChannel channel) {
    this.target = target;
    this.aside = aside;
    this.channel = channel;
  }

  /**
   * Starts a file, which {@link #publish()} makes visible and {@link #close()} discards.
   *
   * @param target the file; its folder is there
   * @throws IOException if the folder can't be written
   */
  public static AtomicFile begin(Path target) throws IOException {
    Path place = target.toAbsolutePath();
    deleteAbandoned(place);
    for (int left = MOST_TRIES; ; left--) {
      Path aside = place.resolveSibling(asideName(place));
      OWN.add(aside);
      try {
        FileChannel channel =
            FileChannel.open(aside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        lock(channel);
        return new AtomicFile(place, aside, channel);
      } catch (FileAlreadyExistsException taken) {
        OWN.remove(aside);
        if (left == 0) {
          throw taken;
        }
      } catch (IOException failed) {
        OWN.remove(aside);
        throw failed;
      }
    }
  }

  /**
   * Returns a name beside a file or folder for what will take its place; another each time, which
   * nobody can guess.
   */
  public static String asideName(Path target) {
    return asidePrefix(target) + randomDigits();
  }

  /** Returns 16 hexadecimal digits that nobody can guess, for names of files. */
  public static String randomDigits() {
    return HexFormat.of().toHexDigits(new SecureRandom().nextLong());
  }

  /** Returns what the names by {@link #asideName} of a target begin with. */
  public static String asidePrefix(Path target) {
    return ASIDE + target.getFileName() + "~";
  }

  /** Returns where to write. */
  public FileChannel channel() {
    return channel;
  }

  /**
   * Forces the file to disk and renames it into place.
   *
   * @throws IOException if that fails; the target is then as it was
   */
  public void publish() throws IOException {
    channel.force(true);
    if (IS_WINDOWS) {
      channel.close(); // no file that is open is renamed there
    }
    Files.move(aside, target, StandardCopyOption.ATOMIC_MOVE);
    published = true;
  }

  /** Deletes what was written, unless it was published. */
  @Override
  public void close() throws IOException {
    try {
      channel.close();
      if (!published) {
        Files.deleteIfExists(aside);
      }
    } finally {
      OWN.remove(aside);
    }
  }

  /**
   * Writes a file.
   *
   * @param target the file; its folder is there
   * @throws IOException if it can't be written, with its name; the target is then as it was
   */
  public static void write(Path target, Content content) throws IOException {
    try (AtomicFile file = begin(target)) {
      content.into(file.channel);
      file.publish();
    } catch (IOException failed) {
      throw named(failed, target);
    }
  }

  /** Writes bytes, as {@link #write(Path, Content)} does. */
  public static void write(Path target, byte[] content) throws IOException {
    write(
        target,
        channel -> {
          ByteBuffer rest = ByteBuffer.wrap(content);
          while (rest.hasRemaining()) {
            channel.write(rest);
          }
        });
  }

  /** Writes all that a stream has, as {@link #write(Path, Content)} does; the stream stays open. */
  public static void write(Path target, InputStream content) throws IOException {
    write(target, channel -> content.transferTo(Channels.newOutputStream(channel)));
  }

  /** Copies a file's content, as {@link #write(Path, Content)} does. */
  public static void copy(Path source, Path target) throws IOException {
    try (FileChannel from = FileChannel.open(source, StandardOpenOption.READ)) {
      write(
          target,
          channel -> {
            long size = from.size();
            for (long done = 0; done < size; ) {
              long count = from.transferTo(done, size - done, channel);
              if (count <= 0) {
                throw new FileSystemException(
                    source.toString(), null, "it was cut short while it was copied");
              }
              done += count;
            }
          });
    }
  }

  /**
   * Returns an error that says which file it is about: what the system says of a write, such as
   * that the disk is full, does not. Errors that are not the system's are returned as they are.
   */
  public static IOException named(IOException failed, Path file) {
    StackTraceElement[] trace = failed.getStackTrace();
    boolean bySystem = trace.length > 0 && SYSTEM.matcher(trace[0].getClassName()).lookingAt();
    if (failed.getClass() != IOException.class || !bySystem) {
      return failed;
    }
    FileSystemException named =
        new FileSystemException(file.toString(), null, String.valueOf(failed.getMessage()));
    named.initCause(failed);
    return named;
  }

  private static void deleteAbandoned(Path target) throws IOException {
    String prefix = asidePrefix(target);
    Path folder = Objects.requireNonNullElse(target.getParent(), target);
    try (DirectoryStream<Path> asides =
        Files.newDirectoryStream(
            folder, child -> String.valueOf(child.getFileName()).startsWith(prefix))) {
      for (Path file : asides) {
        if (!OWN.contains(file)
            && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
            && isAbandoned(file)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private static boolean isAbandoned(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      Hold hold = lock(channel);
      Duration rest = hold == Hold.NOBODYS ? ABANDONED : YOUNG;
      FileTime latest = FileTime.from(Instant.now().minus(rest));
      return hold != Hold.ANOTHERS && Files.getLastModifiedTime(file).compareTo(latest) < 0;
    } catch (NoSuchFileException published) {
      return false;
    }
  }

  /**
   * Locks a file aside for as long as it is open.
   *
   * @return whose it is then
   */
  private static Hold lock(FileChannel channel) {
    try {
      return channel.tryLock(LOCKED_BYTE, 1, false) == null ? Hold.ANOTHERS : Hold.OURS;
    } catch (OverlappingFileLockException otherClassLoader) {
      return Hold.ANOTHERS;
    } catch (IOException noLocks) {
      return Hold.NOBODYS;
    }
  }
}
