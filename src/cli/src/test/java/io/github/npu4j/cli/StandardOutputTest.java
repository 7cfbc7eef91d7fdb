package io.github.npu4j.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.npu4j.cli.console.Console;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** In a process of its own: what native code prints must not get into the results. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the sample calls write of the C library")
class StandardOutputTest {

  /** More than any buffer on the way. */
  private static final String LONG_LINE = "x".repeat(100_000) + "\u00e9";

  @TempDir Path folder;

  /** Prints as a native library and as a command, in turns. */
  static final class Sample {
    public static void main(String[] arguments) throws Throwable {
      Console console = Console.besideNativeLibraries();
      nativePrint("noise 1\n");
      console.results().println("result 1");
      console.results().flush();
      nativePrint("noise 2\n");
      System.out.println("noise 3");
      console.results().println(LONG_LINE);
      console.results().flush();
    }

    private static void nativePrint(String line) throws Throwable {
      Linker linker = Linker.nativeLinker();
      MethodHandle write =
          linker.downcallHandle(
              linker.defaultLookup().findOrThrow("write"),
              FunctionDescriptor.of(
                  ValueLayout.JAVA_LONG,
                  ValueLayout.JAVA_INT,
                  ValueLayout.ADDRESS,
                  ValueLayout.JAVA_LONG));
      try (Arena scratch = Arena.ofConfined()) {
        MemorySegment bytes = scratch.allocateFrom(line);
        long written = (long) write.invokeExact(1, bytes, bytes.byteSize() - 1);
        assertEquals(line.length(), written);
      }
    }
  }

  @Test
  void nativeLinesReachNobodyAndResultsStayWhole() throws Exception {
    Path results = folder.resolve("results");
    Path notices = folder.resolve("notices");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Sample.class.getName())
            .redirectOutput(results.toFile())
            .redirectError(notices.toFile())
            .start();
    assertEquals(0, process.waitFor(), () -> read(notices));
    assertEquals("result 1\n" + LONG_LINE + "\n", read(results));
    assertEquals("noise 3\n", read(notices));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, UTF_8);
    } catch (java.io.IOException unreadable) {
      throw new java.io.UncheckedIOException(unreadable);
    }
  }
}
