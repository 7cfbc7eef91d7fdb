package io.github.npu4j.store.files;

import io.github.npu4j.internal.file.AtomicFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A lock between processes and between threads, by a lock file that goes with the lock.
 *
 * <p>The operating system gives the file lock back when its process dies; the file then stays for
 * the next holder. Within a process file locks don't exclude threads, so a {@link ReentrantLock} a
 * file stands in front of it.
 *
 * <p>Two holders must never lock two files of one name: whoever has the lock gives the file a
 * length of its own and asks for that by the name. If another file is there by now, or none, the
 * lock is worth nothing and is taken anew. (To open the file a second time would give back the
 * lock, by POSIX's rules.)
 */
public final class InterProcessLock implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(InterProcessLock.class.getName());

  private static final ConcurrentHashMap<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

  /** The lengths that a lock file may have, in bytes, nearly none of them used. */
  private static final long LONGEST_FILE = 1 << 16;

  /** A byte far beyond the content: Windows locks bytes against writing, also by the holder. */
  private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

  /** How often a file is opened that another process is deleting, which Windows refuses. */
  private static final int MOST_REFUSALS = 50;

  private static final long PAUSE_MILLIS = 10;

  private static final boolean IS_WINDOWS = System.getProperty("os.name", "").startsWith("Windows");

  private final Path file;
  private final ReentrantLock threads;
  private final FileChannel channel;
  private final FileLock lock;

  private InterProcessLock(Path file, ReentrantLock threads, FileChannel channel, FileLock lock) {
    this.file = file;
    this.threads = threads;
    this.channel = channel;
    this.lock = lock;
  }

  /** What to do while another holds the lock. */
  private enum Patience {
    WAIT,
    GIVE_UP
  }

  /**
   * Waits for the lock and takes it.
   *
   * @param file the lock file, created if absent
   * @throws IllegalStateException if this thread holds it already
   */
  public static InterProcessLock acquire(Path file) throws IOException {
    ReentrantLock threads = THREADS.computeIfAbsent(file, _ -> new ReentrantLock());
    if (threads.isHeldByCurrentThread()) {
      throw new IllegalStateException("this thread already writes " + file);
    }
    threads.lock();
    InterProcessLock taken = takeOrUnlock(file, threads, Patience.WAIT);
    if (taken == null) {
      throw new IOException("another class loader of this process holds " + file);
    }
    return taken;
  }

  /**
   * Takes the lock, or returns {@code null} if another thread or process holds it.
   *
   * @param file the lock file, created if absent
   */
  public static @Nullable InterProcessLock tryAcquire(Path file) throws IOException {
    ReentrantLock threads = THREADS.computeIfAbsent(file, _ -> new ReentrantLock());
    if (threads.isHeldByCurrentThread() || !threads.tryLock()) {
      return null;
    }
    return takeOrUnlock(file, threads, Patience.GIVE_UP);
  }

  private static @Nullable InterProcessLock takeOrUnlock(
      Path file, ReentrantLock threads, Patience patience) throws IOException {
    InterProcessLock taken = null;
    try {
      taken = take(file, threads, patience);
      return taken;
    } finally {
      if (taken == null) {
        threads.unlock();
      }
    }
  }

  private static @Nullable InterProcessLock take(
      Path file, ReentrantLock threads, Patience patience) throws IOException {
    while (true) {
      FileChannel channel = open(file);
      FileLock lock = null;
      boolean kept = false;
      try {
        lock = channel.tryLock(LOCKED_BYTE, 1, false);
        if (lock == null && patience == Patience.WAIT) {
          LOG.log(System.Logger.Level.INFO, "Waiting for another process that holds {0}", file);
          lock = channel.lock(LOCKED_BYTE, 1, false);
        }
        if (lock == null) {
          return null;
        }
        if (isStill(file, channel)) {
          kept = true;
          return new InterProcessLock(file, threads, channel, lock);
        }
      } catch (OverlappingFileLockException otherClassLoader) {
        return null;
      } catch (IOException failed) {
        if (lock != null) {
          Files.deleteIfExists(file);
        }
        throw AtomicFile.named(failed, file);
      } finally {
        if (!kept) {
          channel.close();
        }
      }
    }
  }

  private static FileChannel open(Path file) throws IOException {
    for (int refusals = 0; ; refusals++) {
      try {
        return FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
      } catch (AccessDeniedException maybeGoing) {
        if (!IS_WINDOWS || refusals == MOST_REFUSALS) {
          throw maybeGoing;
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
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
  public void requireHeld() {
    if (!lock.isValid()) {
      throw new IllegalStateException("the lock was lost");
    }
  }

  @Override
  public void close() throws IOException {
    try {
      Files.deleteIfExists(file);
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
