package io.github.npu4j.engine.direct;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.error.RunAbortedException;
import io.github.npu4j.internal.file.AtomicFile;
import io.github.npu4j.runtime.Platform;
import io.github.npu4j.store.Cache;
import io.github.npu4j.store.entries.FileEntries;
import io.github.npu4j.tensor.OffHeap;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A context binary mapped into memory in such a way that no other process can cut it short under
 * the process, which would end it.
 *
 * <p>A file in npu4j's cache is never changed once it is there, and is mapped as it is. Windows
 * refuses to shorten a mapped file. Anywhere else the file could be overwritten at any time, so a
 * copy is made in the cache and mapped; if the cache can't be written, the file is read into memory
 * of the process. Of each file the copy of its last state is kept, and of all copies the newest
 * {@value #MOST_COPIES}; a copy that goes stays readable where it is mapped.
 *
 * <p>May be shared by threads; the memory lives until {@link #close()}.
 */
final class MappedBinary implements AutoCloseable {

  private static final Logger LOGGER = System.getLogger("io.github.npu4j.engine");

  /** How many copies the cache keeps. */
  private static final int MOST_COPIES = 16;

  private static final String COPIES = "copy-";

  /** The name of a copied file in its cache entry. */
  private static final String COPY = "model.bin";

  private static final long READ_AT_ONCE = 1 << 28;

  private final Arena arena;
  private final MemorySegment content;
  private final Path file;
  private final String source;

  private MappedBinary(Arena arena, MemorySegment content, Path file, String source) {
    this.arena = arena;
    this.content = content;
    this.file = file;
    this.source = source;
  }

  /**
   * Maps a file.
   *
   * @param file the context binary
   * @param cache where a copy goes if one is needed
   * @throws ModelMissingException if there is no such file
   * @throws BadModelException if it is empty or can't be read
   * @throws RunAbortedException if this thread was interrupted
   */
  static MappedBinary open(Path file, Cache cache) {
    try {
      Path real = file.toRealPath();
      if (isImmutable(real, cache)) {
        return map(real, real.toString());
      }
      return copied(real, cache);
    } catch (NoSuchFileException absent) {
      throw new ModelMissingException(
          "can't open " + file, "there is no such file", "Check the path.", absent);
    } catch (ClosedByInterruptException interrupted) {
      throw new RunAbortedException(
          "opening " + file + " was given up", "the thread was interrupted", "", interrupted);
    } catch (IOException unreadable) {
      throw new BadModelException(
          "can't open " + file, String.valueOf(unreadable.getMessage()), "", unreadable);
    }
  }

  /** Returns the whole file; valid until this is closed. */
  MemorySegment content() {
    return content;
  }

  /** Returns the file whose bytes these are, a copy where one was made. */
  Path file() {
    return file;
  }

  /** Returns where the bytes come from, for people. */
  String source() {
    return source;
  }

  @Override
  public void close() {
    arena.close();
  }

  private static MappedBinary copied(Path real, Cache cache) throws IOException {
    String source = real + ", mapped from a copy in the cache";
    Path copy;
    try {
      copy = copy(real, cache);
    } catch (ClosedByInterruptException interrupted) {
      throw interrupted;
    } catch (IOException unwritable) {
      LOGGER.log(Level.WARNING, "reading " + real + " into memory: " + unwritable.getMessage());
      return read(real);
    }
    try {
      return map(copy, source);
    } catch (NoSuchFileException droppedMeanwhile) {
      return map(copy(real, cache), source);
    }
  }

  private static MappedBinary read(Path file) throws IOException {
    Arena arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      requireContent(size, file);
      MemorySegment memory = OffHeap.allocate(arena, size);
      long position = 0;
      while (position < size) {
        long length = Math.min(size - position, READ_AT_ONCE);
        int count = channel.read(memory.asSlice(position, length).asByteBuffer(), position);
        if (count < 0) {
          throw new BadModelException(
              "can't read " + file, "it was cut short meanwhile", "Try again.");
        }
        position += count;
      }
      return new MappedBinary(arena, memory, file, file + ", read into memory");
    } catch (IOException | RuntimeException failed) {
      arena.close();
      throw failed;
    }
  }

  private static boolean isImmutable(Path real, Cache cache) throws IOException {
    if (Platform.current().os() == Platform.Os.WINDOWS) {
      return true;
    }
    Path root = cache.root();
    return Files.isDirectory(root) && real.startsWith(root.toRealPath());
  }

  private static MappedBinary map(Path file, String source) throws IOException {
    Arena arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      requireContent(channel.size(), file);
      return new MappedBinary(
          arena, channel.map(MapMode.READ_ONLY, 0, channel.size(), arena), file, source);
    } catch (IOException | RuntimeException failed) {
      arena.close();
      throw failed;
    }
  }

  /** Returns the copy of a file's present state, made now or before. */
  private static Path copy(Path file, Cache cache) throws IOException {
    requireContent(Files.size(file), file);
    FileEntries copies = new FileEntries(cache, Cache.Section.COMPILED, COPIES, MOST_COPIES);
    return copies
        .publish(file, folder -> AtomicFile.copy(file, folder.resolve(COPY)))
        .resolve(COPY);
  }

  private static void requireContent(long bytes, Path file) {
    if (bytes == 0) {
      throw new BadModelException(file + " is no context binary", "it is empty", "");
    }
  }
}
