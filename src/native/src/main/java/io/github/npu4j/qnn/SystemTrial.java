package io.github.npu4j.qnn;

import io.github.npu4j.error.RuntimeMissingException;
import io.github.npu4j.internal.process.ChildJvm;
import io.github.npu4j.internal.process.ChildResult;
import io.github.npu4j.qnn.info.QnnVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Reads a file in a child process before a system library of unknown version reads it in this one.
 *
 * <p>QNN's system table has once changed its slots by accident, so a version that was not tried may
 * call anything. A child that read the file, or refused it in words, shows that the slots are where
 * they should be.
 */
final class SystemTrial {

  /** Interface versions, without the patch, whose slots have been called and were right. */
  private static final Set<String> KNOWN = Set.of("1.12", "1.15");

  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final long PIECE = 1 << 30;

  private final Path library;
  private final QnnVersion version;
  private final Class<?> child;
  private boolean passed;

  SystemTrial(Path library, QnnVersion version) {
    this(library, version, SystemTrial.class);
  }

  SystemTrial(Path library, QnnVersion version, Class<?> child) {
    this.library = library.toAbsolutePath();
    this.version = version;
    this.child = child;
  }

  static boolean isKnown(QnnVersion version) {
    return KNOWN.contains(version.major() + "." + version.minor());
  }

  /**
   * Tries the library on a file; the first success is remembered.
   *
   * @throws RuntimeMissingException if the child died of it
   */
  synchronized void read(MemorySegment binary) {
    if (passed) {
      return;
    }
    if (inChild(binary) instanceof ChildResult.Died died) {
      throw new RuntimeMissingException(
          "can't use " + library,
          "its system interface is version "
              + version
              + ", which npu4j does not know, and the process that tried it "
              + died.how(),
          "Install the runtime npu4j is tested with: npu4j runtime install.");
    }
    passed = true;
  }

  private ChildResult inChild(MemorySegment binary) {
    try {
      Path file = Files.createTempFile("npu4j", ".bin");
      try {
        write(binary, file);
        return ChildJvm.run(child, List.of(library.toString(), file.toString()), LIMIT);
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException failed) {
      throw new UncheckedIOException("can't try " + library + " in a child process", failed);
    }
  }

  private static void write(MemorySegment binary, Path file) throws IOException {
    try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (long at = 0; at < binary.byteSize(); ) {
        long length = Math.min(binary.byteSize() - at, PIECE);
        at += out.write(binary.asSlice(at, length).asByteBuffer());
      }
    }
  }

  /** The child: reads the file with the library, as if its version were known. */
  public static void main(String[] arguments) {
    ChildJvm.serve(() -> {
      try (Arena arena = Arena.ofConfined();
          FileChannel file = FileChannel.open(Path.of(arguments[1]), StandardOpenOption.READ)) {
        MemorySegment binary = file.map(FileChannel.MapMode.READ_ONLY, 0, file.size(), arena);
        QnnSystem.loadUntried(Path.of(arguments[0])).read(binary);
        return List.of("read");
      } catch (IOException unreadable) {
        throw new UncheckedIOException(unreadable);
      }
    });
  }
}
