package io.github.npu4j.qnn;

import io.github.npu4j.error.NpuException;
import io.github.npu4j.error.RuntimeMissingException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Reads a file in a child process before a system library of unknown version reads it in this one.
 *
 * <p>QNN's system table has once changed its slots by accident, so a version that nobody tried may
 * call anything. The child has the same Java and class path; if it ends in its own words, the file
 * was read or refused, and this process may do the same.
 */
final class SystemTrial {

  /** Interface versions, without the patch, whose slots have been called and were right. */
  private static final Set<String> KNOWN = Set.of("1.12", "1.15");

  private static final int READ_OR_REFUSED = 0;
  private static final long LONGEST_SECONDS = 60;

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
    int exit = inChild(binary);
    if (exit != READ_OR_REFUSED) {
      throw new RuntimeMissingException(
          "can't use " + library,
          "its system interface is version "
              + version
              + ", which npu4j does not know, and trying it in a child process ended with exit code "
              + exit,
          "Install the runtime npu4j is tested with: npu4j runtime install.");
    }
    passed = true;
  }

  private int inChild(MemorySegment binary) {
    try {
      Path file = Files.createTempFile("npu4j", ".bin");
      try {
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
          for (long at = 0; at < binary.byteSize(); ) {
            long length = Math.min(binary.byteSize() - at, 1 << 30);
            at += out.write(binary.asSlice(at, length).asByteBuffer());
          }
        }
        return run(file);
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException failed) {
      throw new UncheckedIOException("can't try " + library + " in a child process", failed);
    }
  }

  private int run(Path file) throws IOException {
    String java =
        ProcessHandle.current()
            .info()
            .command()
            .orElse(
                System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    String modules = System.getProperty("jdk.module.path", "");
    String classes = System.getProperty("java.class.path", "");
    Process process =
        new ProcessBuilder(
                List.of(
                    java,
                    "--enable-native-access=ALL-UNNAMED",
                    "-Xmx64m",
                    "-cp",
                    modules.isEmpty() ? classes : classes + File.pathSeparator + modules,
                    child.getName(),
                    library.toString(),
                    file.toString()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      if (process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
        return process.exitValue();
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
    return -1;
  }

  /** The child: reads the file, and ends with 0 if it was read or refused in words. */
  public static void main(String[] arguments) throws IOException {
    try (Arena arena = Arena.ofConfined();
        FileChannel file = FileChannel.open(Path.of(arguments[1]), StandardOpenOption.READ)) {
      MemorySegment binary = file.map(FileChannel.MapMode.READ_ONLY, 0, file.size(), arena);
      QnnSystem.loadUntried(Path.of(arguments[0])).read(binary);
    } catch (NpuException refused) {
      System.err.println(refused.getMessage());
    }
  }
}
