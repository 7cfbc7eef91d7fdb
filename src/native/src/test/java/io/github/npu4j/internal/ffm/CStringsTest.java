package io.github.npu4j.internal.ffm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CStringsTest {

  @Test
  void textComesBack() {
    try (Arena arena = Arena.ofConfined()) {
      for (String text : new String[] {"", "a", "Zoë ✓ 🙂"}) {
        assertEquals(text, CStrings.read(CStrings.of(arena, text)));
      }
    }
  }

  @Test
  void nullIsNullAndReadsAsEmpty() {
    try (Arena arena = Arena.ofConfined()) {
      assertEquals(MemorySegment.NULL, CStrings.of(arena, null));
    }
    assertEquals("", CStrings.read(MemorySegment.NULL));
  }

  @Test
  void pathsAreUtf16WhereOrtWantsThem() {
    Path path = Path.of("mödel ✓.onnx").toAbsolutePath();
    try (Arena arena = Arena.ofConfined()) {
      assertEquals(
          path.toString(),
          CStrings.path(arena, path, true).getString(0, StandardCharsets.UTF_16LE));
      assertEquals(path.toString(), CStrings.path(arena, path, false).getString(0));
    }
  }
}
