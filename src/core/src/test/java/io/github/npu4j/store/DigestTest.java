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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
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
  void checksumsFindEveryChangedBit() {
    byte[] content = new byte[700];
    new Random(9).nextBytes(content);
    Digest digest = Digest.of(MemorySegment.ofArray(content));
    digest.verifyChecksums(MemorySegment.ofArray(content), "a.bin");
    for (int bit = 0; bit < 8 * content.length; bit++) {
      content[bit / 8] ^= (byte) (1 << bit % 8);
      requireDamaged(digest, content, "bit " + bit);
      content[bit / 8] ^= (byte) (1 << bit % 8);
    }
  }

  @Test
  void checksumsFindShortBurstsAtEveryPlace() {
    byte[] content = new byte[200];
    Random random = new Random(12);
    random.nextBytes(content);
    Digest digest = Digest.of(MemorySegment.ofArray(content));
    for (int length = 2; length <= 32; length++) {
      for (int first = 0; first + length <= 8 * content.length; first++) {
        long burst = (random.nextLong() & (1L << length) - 1) | 1 | 1L << (length - 1);
        flip(content, first, length, burst);
        requireDamaged(digest, content, "burst at bit " + first + " of " + length);
        flip(content, first, length, burst);
      }
    }
  }

  @Test
  void checksumsFindEveryShortBurst() {
    byte[] content = new byte[3 * MIB + 321];
    Random random = new Random(10);
    random.nextBytes(content);
    Digest digest = Digest.of(MemorySegment.ofArray(content));
    for (int i = 0; i < 2_000; i++) {
      int length = 1 + random.nextInt(32);
      long first = random.nextLong(8L * content.length - length + 1);
      // A burst begins and ends with a changed bit; what lies between is as it falls. Some cross
      // from a chunk into the next.
      long burst = random.nextLong(1L << 32) | 1 | 1L << (length - 1);
      flip(content, first, length, burst);
      requireDamaged(digest, content, "burst at bit " + first + " of " + length);
      flip(content, first, length, burst);
    }
    digest.verifyChecksums(MemorySegment.ofArray(content), "a.bin");
  }

  private static void flip(byte[] content, long first, int length, long burst) {
    for (int i = 0; i < length; i++) {
      if ((burst >> i & 1) != 0) {
        content[(int) ((first + i) / 8)] ^= (byte) (1 << (first + i) % 8);
      }
    }
  }

  @Test
  void checksumsFindChunksThatAreSwappedMissingOrRepeated() {
    byte[] content = new byte[4 * MIB];
    new Random(11).nextBytes(content);
    Digest digest = Digest.of(MemorySegment.ofArray(content));
    for (int[] order : otherOrders(4)) {
      byte[] other = new byte[order.length * MIB];
      for (int i = 0; i < order.length; i++) {
        System.arraycopy(content, order[i] * MIB, other, i * MIB, MIB);
      }
      requireDamaged(digest, other, Arrays.toString(order));
    }
  }

  /** Every two swapped, every one missing, and every one in every other's place or before it. */
  private static List<int[]> otherOrders(int chunks) {
    int[] right = IntStream.range(0, chunks).toArray();
    List<int[]> orders = new ArrayList<>();
    for (int i = 0; i < chunks; i++) {
      int missing = i;
      orders.add(IntStream.of(right).filter(chunk -> chunk != missing).toArray());
      for (int j = 0; j < chunks; j++) {
        if (i != j) {
          int[] swapped = right.clone();
          swapped[i] = j;
          swapped[j] = i;
          orders.add(swapped);
          int[] instead = right.clone();
          instead[i] = j;
          orders.add(instead);
        }
        int[] repeated = Arrays.copyOf(right, chunks + 1);
        System.arraycopy(right, i, repeated, i + 1, chunks - i);
        repeated[i] = j;
        orders.add(repeated);
      }
    }
    orders.add(new int[0]);
    return orders;
  }

  private static void requireDamaged(Digest digest, byte[] content, String what) {
    assertThrows(
        BadModelException.class,
        () -> digest.verifyChecksums(MemorySegment.ofArray(content), "a.bin"),
        what);
  }

  @Test
  void checksumsAreCrc32cAndNameTheFirstDamagedChunk() {
    // The check value of CRC-32C (Castagnoli) for "123456789": RFC 3720, appendix B.4's polynomial.
    byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);
    assertEquals(0xe3069283, Digest.of(MemorySegment.ofArray(digits)).checksums().orElseThrow()[0]);
    byte[] content = new byte[3 * MIB + 100];
    Digest digest = Digest.of(MemorySegment.ofArray(content));
    content[MIB + 5] ^= 1;
    content[2 * MIB + 5] ^= 1;
    try (Arena confined = Arena.ofConfined()) {
      MemorySegment own = confined.allocateFrom(ValueLayout.JAVA_BYTE, content);
      BadModelException thrown =
          assertThrows(BadModelException.class, () -> digest.verifyChecksums(own, "a.bin"));
      assertTrue(
          thrown.getMessage().contains("1048576 to 2097151 have another CRC32C"),
          thrown.getMessage());
    }
  }

  @Test
  void withoutChecksumsTheHashesAreCompared() {
    byte[] content = new byte[100];
    String hash = Digest.of(MemorySegment.ofArray(content)).chunk(0);
    Digest digest = Digest.recorded(100, HexFormat.of().parseHex(hash), null);
    assertTrue(digest.checksums().isEmpty());
    digest.verifyChecksums(MemorySegment.ofArray(content), "a.bin");
    content[3] = 1;
    BadModelException thrown =
        assertThrows(
            BadModelException.class,
            () -> digest.verifyChecksums(MemorySegment.ofArray(content), "a.bin"));
    assertTrue(thrown.getMessage().contains("another SHA-256"), thrown.getMessage());
  }

  @Test
  void aRecordedDigestMustFitItsSize() {
    assertThrows(
        IllegalArgumentException.class, () -> Digest.recorded(1, new byte[32], new int[2]));
    assertThrows(IllegalArgumentException.class, () -> Digest.recorded(1, new byte[0], null));
    assertThrows(IllegalArgumentException.class, () -> Digest.recorded(-1, new byte[0], null));
    assertThrows(
        IllegalArgumentException.class, () -> Digest.recorded(MIB + 1L, new byte[32], null));
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
