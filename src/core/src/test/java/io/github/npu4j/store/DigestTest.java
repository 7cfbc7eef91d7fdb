package io.github.npu4j.store;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.error.BadModelException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigestTest {

  private static final int MIB = Digest.CHUNK_BYTES;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, MIB - 1, MIB, MIB + 1, 5 * MIB + 4711})
  void hashesEachChunkAsJavaDoes(int size) throws Exception {
    byte[] content = new byte[size];
    new Random(7).nextBytes(content);
    Digest digest = Digest.of(MemorySegment.ofArray(content));
    assertEquals(size, digest.size());
    assertEquals((size + MIB - 1) / MIB, digest.chunks());
    MessageDigest root = MessageDigest.getInstance("SHA-256");
    for (int chunk = 0; chunk < digest.chunks(); chunk++) {
      MessageDigest java = MessageDigest.getInstance("SHA-256");
      java.update(content, chunk * MIB, Math.min(MIB, size - chunk * MIB));
      byte[] expected = java.digest();
      assertEquals(HexFormat.of().formatHex(expected), digest.chunk(chunk));
      root.update(expected);
    }
    assertEquals(HexFormat.of().formatHex(root.digest()), digest.root());
  }

  @Test
  void sharedAndConfinedMemoryGiveTheSame() {
    byte[] content = new byte[3 * MIB + 17];
    new Random(8).nextBytes(content);
    Digest heap = Digest.of(MemorySegment.ofArray(content));
    try (Arena shared = Arena.ofShared();
        Arena confined = Arena.ofConfined()) {
      MemorySegment one = shared.allocateFrom(ValueLayout.JAVA_BYTE, content);
      MemorySegment two = confined.allocateFrom(ValueLayout.JAVA_BYTE, content);
      assertEquals(heap, Digest.of(one));
      assertEquals(heap, Digest.of(two));
    }
  }

  @Test
  void namesTheChunkThatWasDamaged() {
    byte[] content = new byte[3 * MIB + 100];
    Digest digest = Digest.of(MemorySegment.ofArray(content));
    digest.verify(MemorySegment.ofArray(content), "a.bin");
    content[2 * MIB + 5] ^= 1;
    BadModelException thrown =
        assertThrows(
            BadModelException.class, () -> digest.verify(MemorySegment.ofArray(content), "a.bin"));
    assertTrue(thrown.getMessage().contains("a.bin is damaged"), thrown.getMessage());
    assertTrue(thrown.getMessage().contains("2097152 to 3145727"), thrown.getMessage());
    assertDoesNotThrow(() -> digest.requireSize(MemorySegment.ofArray(content), "a.bin"));
  }

  @Test
  void anotherSizeIsFoundWithoutHashing() {
    Digest digest = Digest.of(MemorySegment.ofArray(new byte[100]));
    BadModelException thrown =
        assertThrows(
            BadModelException.class,
            () -> digest.requireSize(MemorySegment.ofArray(new byte[99]), "a.bin"));
    assertTrue(thrown.getMessage().contains("99 bytes instead of 100"), thrown.getMessage());
  }

  @Test
  void everyBitCounts() {
    byte[] content = new byte[200];
    Digest digest = Digest.of(MemorySegment.ofArray(content));
    for (int bit = 0; bit < 8 * content.length; bit += 37) {
      content[bit / 8] ^= (byte) (1 << bit % 8);
      assertNotEquals(digest, Digest.of(MemorySegment.ofArray(content)));
      content[bit / 8] ^= (byte) (1 << bit % 8);
    }
  }

  @Test
  void aRecordedDigestMustFitItsSize() {
    assertThrows(IllegalArgumentException.class, () -> Digest.recorded(1, new byte[0]));
    assertThrows(IllegalArgumentException.class, () -> Digest.recorded(-1, new byte[0]));
    assertThrows(IllegalArgumentException.class, () -> Digest.recorded(MIB + 1L, new byte[32]));
  }

  @Test
  void aWholeFile() throws IOException {
    Path file = folder.resolve("abc");
    Files.write(file, "abc".getBytes(StandardCharsets.UTF_8));
    // FIPS 180-2, appendix B.1
    assertEquals(
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", Digest.sha256(file));
  }
}
