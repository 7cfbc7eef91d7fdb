package io.github.npu4j.qnn;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.engine.CompiledModels;
import io.github.npu4j.engine.TestModels;
import io.github.npu4j.runtime.NativeRuntime;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A thousand times open, run and close: nothing may stay. */
class RoundsIT {

  private static final int WARM = 100;
  private static final int ROUNDS = 1000;
  private static final long MOST_PER_ROUND = 1024;

  @Test
  @EnabledOnOs(OS.LINUX)
  void residentMemoryStaysLevel() throws IOException {
    NativeRuntime runtime = NativeRuntime.find();
    Path folder = Files.createDirectories(Path.of("target", "qnn-models"));
    Path file = CompiledModels.binary(TestModels.mlp(folder));
    try (Qnn qnn = Qnn.load(runtime.qnnHtp().require(), runtime.qnnSystem().require())) {
      rounds(qnn, file, WARM);
      long before = residentBytes();
      rounds(qnn, file, ROUNDS - WARM);
      long grown = residentBytes() - before;
      long perRound = grown / (ROUNDS - WARM);
      System.out.println(
          "resident memory grew " + grown + " bytes in " + (ROUNDS - WARM) + " rounds");
      assertTrue(perRound < MOST_PER_ROUND, perRound + " bytes a round");
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

  /** After a collection, so that garbage does not count as growth. */
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
