package io.github.npu4j.hostile;

import com.sun.management.ThreadMXBean;
import io.github.npu4j.error.NpuException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What every reader of bytes must keep to, whatever the bytes are: an answer or one of our errors
 * with words in it, soon, and with memory that the size of the input accounts for.
 */
public final class Bounded {

  private static final double LONGEST_SECONDS = 2;

  /** What a reader may allocate besides what its input accounts for: buffers, tables, classes. */
  private static final long FREE_BYTES = 64L << 20;

  /**
   * How often the size of its input a reader may allocate in all; most of it is free again soon.
   */
  private static final long BYTES_PER_BYTE = 2048;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final Path FOLDER = folder();

  private Bounded() {}

  /** Something that reads an input. */
  public interface Reader {
    /** Reads; an IOException counts as an answer if it has a message. */
    void read() throws IOException;
  }

  /**
   * Calls a reader.
   *
   * @param bytes the size of its input
   * @throws AssertionError if it breaks a bound
   */
  public static void require(long bytes, Reader reader) {
    long most = FREE_BYTES + BYTES_PER_BYTE * bytes;
    // The first call of all also pays for classes that are loaded and instrumented: judge the next.
    if (allocated(bytes, reader) > most) {
      long again = allocated(bytes, reader);
      if (again > most) {
        throw new AssertionError(bytes + " bytes made " + again + " bytes of objects");
      }
    }
  }

  private static long allocated(long bytes, Reader reader) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    long start = System.nanoTime();
    try {
      reader.read();
    } catch (NpuException | IOException refused) {
      requireWords(refused);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    if (seconds > LONGEST_SECONDS) {
      throw new AssertionError(String.format(Locale.ROOT, "%d bytes took %.1f s", bytes, seconds));
    }
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  private static void requireWords(Exception error) {
    String message = error.getMessage();
    if (message == null || message.isBlank()) {
      throw new AssertionError("an error without words", error);
    }
  }

  /** Writes an input to a file that the next one of this name replaces. */
  public static Path file(String name, byte[] content) {
    try {
      Path file = FOLDER.resolve(name);
      Files.createDirectories(file.getParent());
      return Files.write(file, content);
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    }
  }

  /** Writes a text as UTF-8, as {@link #file(String, byte[])} does. */
  public static Path file(String name, String content) {
    return file(name, content.getBytes(StandardCharsets.UTF_8));
  }

  private static Path folder() {
    try {
      Path folder = Files.createTempDirectory("npu4j-fuzz");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
      return folder;
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException | UncheckedIOException left) {
      // a temporary folder that the system clears
    }
  }
}
