package io.github.npu4j.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

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

  private final ReentrantLock threads;
  private final FileChannel channel;
  private final FileLock lock;

  private InterProcessLock(ReentrantLock threads, FileChannel channel, FileLock lock) {
    this.threads = threads;
    this.channel = channel;
    this.lock = lock;
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
      return new InterProcessLock(threads, channel, lock);
    } catch (IOException | RuntimeException failed) {
      if (channel != null) {
        channel.close();
      }
      threads.unlock();
      throw failed;
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
      channel.close(); // releases the file lock
    } finally {
      threads.unlock();
    }
  }
}
