package io.github.npu4j.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A lock between processes and between threads, by a lock file.
 *
 * <p>The operating system gives the file lock back when its process dies. Within a process file
 * locks don't exclude threads, so a {@link ReentrantLock} a file stands in front of it. The lock
 * file stays; deleting it would let two holders lock two different files of one name.
 */
final class InterProcessLock implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(InterProcessLock.class.getName());

  private static final ConcurrentHashMap<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

  /**
   * The lengths that a file of {@link #tryPassing} may have, in bytes, nearly none of them used.
   */
  private static final long LONGEST_FILE = 1 << 20;

  /** A byte far beyond the content: Windows locks bytes against writing, also by the holder. */
  private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

  private final ReentrantLock threads;
  private final FileChannel channel;
  private final FileLock lock;
  private final @Nullable Path passing;

  private InterProcessLock(
      ReentrantLock threads, FileChannel channel, FileLock lock, @Nullable Path passing) {
    this.threads = threads;
    this.channel = channel;
    this.lock = lock;
    this.passing = passing;
  }

  /**
   * Waits for the lock and takes it.
   *
   * @param file the lock file, created if absent
   * @throws IllegalStateException if this thread holds it already
   */
  static InterProcessLock acquire(Path file) throws IOException {
    ReentrantLock threads = THREADS.computeIfAbsent(file, _ -> new ReentrantLock());
    if (threads.isHeldByCurrentThread()) {
      throw new IllegalStateException("this thread already writes " + file);
    }
    threads.lock();
    FileChannel channel = null;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        LOG.log(System.Logger.Level.INFO, "Waiting for another process that holds {0}", file);
        lock = channel.lock();
      }
      return new InterProcessLock(threads, channel, lock, null);
    } catch (IOException | RuntimeException failed) {
      if (channel != null) {
        channel.close();
      }
      threads.unlock();
      throw failed;
    }
  }

  /**
   * Takes a lock whose file is deleted with it, or returns {@code null} if another thread or
   * process holds it.
   *
   * <p>Two holders must never lock two files of one name: whoever has the lock gives the file a
   * length of its own and asks for that by the name. If another file is there by now, or none, the
   * lock is worth nothing and is taken anew. (To open the file a second time would give back the
   * lock, by POSIX's rules.)
   */
  static @Nullable InterProcessLock tryPassing(Path file) throws IOException {
    ReentrantLock threads = THREADS.computeIfAbsent(file, _ -> new ReentrantLock());
    if (threads.isHeldByCurrentThread() || !threads.tryLock()) {
      return null;
    }
    InterProcessLock taken = null;
    try {
      taken = tryFile(file, threads);
      return taken;
    } finally {
      if (taken == null) {
        threads.unlock();
      }
    }
  }

  private static @Nullable InterProcessLock tryFile(Path file, ReentrantLock threads)
      throws IOException {
    while (true) {
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
      boolean kept = false;
      try {
        FileLock lock = channel.tryLock(LOCKED_BYTE, 1, false);
        if (lock == null) {
          return null;
        }
        if (isStill(file, channel)) {
          kept = true;
          return new InterProcessLock(threads, channel, lock, file);
        }
      } catch (OverlappingFileLockException otherClassLoader) {
        return null;
      } finally {
        if (!kept) {
          channel.close();
        }
      }
    }
  }

  /** Returns whether a name still stands for an open file. */
  private static boolean isStill(Path file, FileChannel channel) throws IOException {
    long length = ThreadLocalRandom.current().nextLong(1, LONGEST_FILE);
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(new byte[1]), length - 1);
    try {
      return Files.size(file) == length;
    } catch (NoSuchFileException gone) {
      return false;
    }
  }

  /** Checks that the lock is held, before what must not happen without it. */
  void requireHeld() {
    if (!lock.isValid()) {
      throw new IllegalStateException("the lock was lost");
    }
  }

  @Override
  public void close() throws IOException {
    try {
      if (passing != null) {
        Files.deleteIfExists(passing);
      }
    } finally {
      release();
    }
  }

  private void release() throws IOException {
    try {
      channel.close(); // releases the file lock
    } finally {
      threads.unlock();
    }
  }
}
