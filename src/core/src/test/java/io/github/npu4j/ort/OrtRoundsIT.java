package io.github.npu4j.ort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Open, run and close a small model again and again: nothing may stay.
 *
 * <p>In a VM of its own, interpreted and with a small heap that is touched from the start, so that
 * memory moves only with what is outside of it. What the C library's allocator merely keeps is
 * given back before each measurement. (With its telemetry on, ONNX Runtime keeps 3 to 4 KB a
 * round.)
 */
class OrtRoundsIT {

  private static final int WARM = 100;
  private static final int ROUNDS = 900;
  private static final long MOST_BYTES_PER_ROUND = 1024;

  @Test
  @EnabledOnOs(OS.LINUX)
  void memoryStaysLevel() throws Exception {
    Process child =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "-Xms48m",
                    "-Xmx48m",
                    "-XX:+AlwaysPreTouch",
                    "-XX:+UseSerialGC",
                    "-Xint",
                    "-cp",
                    System.getProperty("java.class.path"),
                    OrtRoundsIT.class.getName()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String printed = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, child.waitFor(), printed);
    long grown = Long.parseLong(printed.lines().toList().getLast());
    assertTrue(grown / ROUNDS < MOST_BYTES_PER_ROUND, grown + " bytes in " + ROUNDS + " rounds");
  }

  /** The child: prints by how many bytes the rounds after the warm ones grew its memory. */
  public static void main(String[] arguments) throws Throwable {
    try (SessionOptions options = SessionOptions.create(RealOrt.ORT).intraOpThreads(1);
        Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, OnnxBytes.add(384));
      rounds(bytes, options, WARM);
      long before = anonymousBytes();
      rounds(bytes, options, ROUNDS);
      System.out.println(anonymousBytes() - before);
    }
  }

  private static void rounds(MemorySegment bytes, SessionOptions options, int count) {
    for (int i = 0; i < count; i++) {
      try (OrtModel model = OrtModel.open(RealOrt.ORT, bytes, options);
          OrtTensor a = RealOrt.floats(Shape.of(1, 384));
          OrtTensor sum = RealOrt.floats(Shape.of(1, 384));
          IoBinding binding = model.bind()) {
        binding.bindInput("a", a);
        binding.bindInput("b", a);
        binding.bindOutput("sum", sum);
        binding.run();
        model.run(Map.of("a", a, "b", a), List.of("sum"), null).get("sum").close();
      }
    }
  }

  /** Returns resident memory without the pages of files, which come and go with the page cache. */
  private static long anonymousBytes() throws Throwable {
    System.gc();
    Linker linker = Linker.nativeLinker();
    MethodHandle trim =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("malloc_trim"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG));
    int ignored = (int) trim.invokeExact(0L);
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("RssAnon:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    }
    throw new IOException("no RssAnon");
  }
}
