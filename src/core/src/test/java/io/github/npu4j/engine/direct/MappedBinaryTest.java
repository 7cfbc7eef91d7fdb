package io.github.npu4j.engine.direct;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.error.RunAbortedException;
import io.github.npu4j.store.Cache;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows refuses to shorten a mapped file")
class MappedBinaryTest {

  private static final byte[] CONTENT = {1, 2, 3, 4, 5};

  @TempDir private Path folder;

  @Test
  void fileThatIsCutShortStaysWholeInMemory() throws IOException {
    Path file = Files.write(folder.resolve("m.bin"), CONTENT);
    try (MappedBinary mapped = MappedBinary.open(file, cache())) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(0);
      }
      assertArrayEquals(CONTENT, mapped.content().toArray(ValueLayout.JAVA_BYTE));
    }
  }

  @Test
  void unchangedFileIsCopiedOnce() throws IOException {
    Path file = Files.write(folder.resolve("m.bin"), CONTENT);
    MappedBinary.open(file, cache()).close();
    MappedBinary.open(file, cache()).close();
    assertEquals(1, copies().size());
  }

  @Test
  void onlyTheLastStateOfAFileIsKept() throws IOException {
    Path file = folder.resolve("m.bin");
    Files.write(file, CONTENT);
    try (MappedBinary first = MappedBinary.open(file, cache())) {
      Files.write(file, new byte[] {9, 9});
      try (MappedBinary second = MappedBinary.open(file, cache())) {
        assertEquals(1, copies().size());
        assertArrayEquals(CONTENT, first.content().toArray(ValueLayout.JAVA_BYTE));
        assertEquals(2, second.content().byteSize());
      }
    }
  }

  @Test
  void copiesAreBounded() throws IOException {
    for (int i = 0; i < 40; i++) {
      MappedBinary.open(Files.write(folder.resolve(i + ".bin"), CONTENT), cache()).close();
    }
    assertEquals(16, copies().size());
  }

  @Test
  void fileInTheCacheIsMappedAsItIs() throws IOException {
    Path entry =
        cache()
            .publish(
                Cache.Section.COMPILED, "own", into -> Files.write(into.resolve("m.bin"), CONTENT));
    try (MappedBinary mapped = MappedBinary.open(entry.resolve("m.bin"), cache())) {
      assertEquals(5, mapped.content().byteSize());
      assertTrue(mapped.source().endsWith("m.bin"), mapped.source());
      assertEquals(1, copies().size());
    }
  }

  @Test
  void emptyAndAbsentFilesAreNamed() throws IOException {
    Path empty = Files.write(folder.resolve("empty.bin"), new byte[0]);
    assertThrows(BadModelException.class, () -> MappedBinary.open(empty, cache()));
    Path absent = folder.resolve("absent.bin");
    ModelMissingException missing =
        assertThrows(ModelMissingException.class, () -> MappedBinary.open(absent, cache()));
    assertTrue(missing.getMessage().contains("absent.bin"), missing.getMessage());
  }

  @Test
  void anInterruptedThreadIsToldSo() throws IOException {
    Path file = Files.write(folder.resolve("m.bin"), CONTENT);
    Thread.currentThread().interrupt();
    try {
      assertThrows(RunAbortedException.class, () -> MappedBinary.open(file, cache()));
    } finally {
      assertTrue(Thread.interrupted(), "the thread stays interrupted");
    }
    assertEquals(List.of(), copies());
  }

  private Cache cache() {
    return Cache.at(folder.resolve("cache"));
  }

  private List<Cache.Entry> copies() throws IOException {
    return cache().list(Cache.Section.COMPILED);
  }
}
