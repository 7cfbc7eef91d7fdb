package io.github.npu4j.qnn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.engine.CompiledModels;
import io.github.npu4j.engine.TestModels;
import io.github.npu4j.runtime.NativeRuntime;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * A thousand times open, run and close: nothing may stay.
 *
 * <p>In a VM of its own, whose heap is small, of fixed size and touched from the start, so that
 * resident memory moves only with what is outside of it; and interpreted, as what the compilers of
 * the VM keep would move it for thousands of rounds.
 */
class RoundsIT {

  private static final int WARM = 100;
  private static final int ROUNDS = 1000;
  private static final long MOST_PER_ROUND = 1024;

  @Test
  @EnabledOnOs(OS.LINUX)
  void residentMemoryStaysLevel() throws Exception {
    NativeRuntime runtime = NativeRuntime.find();
    Path folder = Files.createDirectories(Path.of("target", "qnn-models"));
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
                    RoundsIT.class.getName(),
                    runtime.qnnHtp().require().toString(),
                    runtime.qnnSystem().require().toString(),
                    CompiledModels.binary(TestModels.mlp(folder)).toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String printed = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, child.waitFor(), printed);
    long grown =
        Long.parseLong(
            printed.lines().filter(line -> line.matches("-?\\d+")).findFirst().orElseThrow());
    System.out.println("resident memory grew " + grown + " bytes in 900 rounds");
    assertTrue(grown / (ROUNDS - WARM) < MOST_PER_ROUND, grown + " bytes");
  }

  /** The child: prints by how many bytes the rounds after the warm ones grew resident memory. */
  public static void main(String[] arguments) throws IOException {
    try (Qnn qnn = Qnn.load(new QnnLibraries(Path.of(arguments[0]), Path.of(arguments[1])))) {
      rounds(qnn, Path.of(arguments[2]), WARM);
      long before = residentBytes();
      rounds(qnn, Path.of(arguments[2]), ROUNDS - WARM);
      System.out.println("\n" + (residentBytes() - before));
    }
  }

  private static void rounds(Qnn qnn, Path file, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      try (Arena arena = Arena.ofShared()) {
        MemorySegment binary = QnnIT.map(arena, file);
        try (QnnContext context = QnnContext.create(qnn, binary);
            QnnBinding binding = context.graph(context.graphNames().getFirst()).bind()) {
          binding.execute();
        }
      }
    }
  }

  private static long residentBytes() throws IOException {
    System.gc();
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    }
    throw new IOException("/proc/self/status has no VmRSS");
  }
}
