package io.github.npu4j.artifact;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.github.npu4j.artifact.Manifest.Graph;
import io.github.npu4j.artifact.Manifest.Soc;
import io.github.npu4j.artifact.Manifest.Versions;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.store.Digest;
import io.github.npu4j.store.JsonObject;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Quantization;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ManifestTest {

  static final Manifest EXAMPLE = example();

  @TempDir Path folder;

  private static Manifest example() {
    byte[] content = new byte[2 * Digest.CHUNK_BYTES + 5];
    new Random(3).nextBytes(content);
    return new Manifest(
        Digest.of(MemorySegment.ofArray(content)),
        Optional.of("ab".repeat(32)),
        new Soc("x-elite", 60, 73),
        new Versions("v2.51.0", "2.40.0", "5.51.0", "1.15.0", "3.2.1"),
        false,
        List.of(
            new Graph(
                "main",
                List.of(
                    new TensorSpec("ids", ElementType.INT64, Shape.of(1, 128)),
                    new TensorSpec(
                        "q",
                        ElementType.UINT16,
                        Shape.of(1, 4),
                        new Quantization.PerTensor(0.003921569f, 32768))),
                List.of(
                    new TensorSpec(
                        "a",
                        ElementType.INT8,
                        Shape.of(2, Shape.DYNAMIC),
                        new Quantization.PerAxis(
                            0, new float[] {1e-30f, 3.4e38f}, new int[] {-1, 0})),
                    new TensorSpec(
                        "b",
                        ElementType.FLOAT16,
                        Shape.of(),
                        new Quantization.Described("block 2x4"))))),
        Optional.empty());
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    Path file = folder.resolve("128.manifest.json");
    EXAMPLE.write(file);
    assertEquals(EXAMPLE, Manifest.read(file));
    assertEquals(file, Manifest.besideOf(folder.resolve("128.bin")));
    assertTrue(EXAMPLE.graph("main").isPresent());
    assertTrue(EXAMPLE.graph("other").isEmpty());
  }

  @Test
  void aManifestOfTheFirstFormatStaysValid() {
    Digest now = EXAMPLE.digest();
    byte[] hashes = new byte[now.chunks() * Digest.HASH_BYTES];
    for (int i = 0; i < now.chunks(); i++) {
      System.arraycopy(HexFormat.of().parseHex(now.chunk(i)), 0, hashes, i * Digest.HASH_BYTES, 32);
    }
    Manifest old =
        new Manifest(
            Digest.recorded(now.size(), hashes, null),
            EXAMPLE.sourceSha256(),
            EXAMPLE.soc(),
            EXAMPLE.versions(),
            EXAMPLE.sharedWeights(),
            EXAMPLE.graphs(),
            Optional.empty());
    String text = new String(ManifestFormat.format(old), StandardCharsets.UTF_8);
    assertTrue(text.contains("\"formatVersion\" : 1"), text);
    assertFalse(text.contains("crc32c"), text);
    Manifest read = ManifestFormat.parse(text.getBytes(StandardCharsets.UTF_8), "old");
    assertTrue(read.digest().checksums().isEmpty());
    byte[] content = new byte[2 * Digest.CHUNK_BYTES + 5];
    new Random(3).nextBytes(content);
    read.verify(MemorySegment.ofArray(content), Integrity.CRC32C, "old.bin");
    content[7] ^= 2;
    assertThrows(
        BadModelException.class,
        () -> read.verify(MemorySegment.ofArray(content), Integrity.CRC32C, "old.bin"));
  }

  @Test
  void checksumsThatDoNotFitAreAnErrorInWords() {
    String text = new String(ManifestFormat.format(EXAMPLE), StandardCharsets.UTF_8);
    assertTrue(text.contains("\"formatVersion\" : 2"), text);
    int[] checksums = EXAMPLE.digest().checksums().orElseThrow();
    String first = Integer.toUnsignedString(checksums[0]);
    for (String bad : new String[] {"-1", "4294967296", "1.5", "\"7\"", first + ", 7"}) {
      byte[] changed = ManifestFormat.sealed(text.replaceFirst(first, bad));
      requireRefused(changed, bad);
    }
  }

  @Test
  void theTextIsTheSameEveryTime() {
    assertEquals(
        new String(ManifestFormat.format(EXAMPLE), StandardCharsets.UTF_8),
        new String(ManifestFormat.format(example()), StandardCharsets.UTF_8));
  }

  @Test
  void everyChangedByteIsAnErrorInWords() {
    byte[] text = ManifestFormat.format(EXAMPLE);
    for (int at = 0; at < text.length; at++) {
      for (int mask : new int[] {1, 0x20, 0x80}) {
        byte[] changed = text.clone();
        changed[at] ^= (byte) mask;
        requireRefused(changed, "byte " + at + " xor " + mask);
      }
    }
  }

  @Test
  void everyTruncationIsAnErrorInWords() {
    byte[] text = ManifestFormat.format(EXAMPLE);
    for (int length = 0; length < text.length; length++) {
      requireRefused(Arrays.copyOf(text, length), "length " + length);
    }
    requireRefused(Arrays.copyOf(text, text.length + 1), "one byte more");
  }

  private static void requireRefused(byte[] text, String how) {
    try {
      ManifestFormat.parse(text, "x.manifest.json");
    } catch (BadModelException refused) {
      assertTrue(refused.getMessage().startsWith("x.manifest.json"), refused.getMessage());
      return;
    }
    fail(how + " was not noticed");
  }

  /** Texts that are whole by their own hash, and wrong all the same: someone wrote them so. */
  static Stream<Arguments> forged() {
    return Stream.of(
        Arguments.of("\"formatVersion\" : 2", "\"formatVersion\" : 3", "formatVersion"),
        Arguments.of("\"formatVersion\" : 2", "\"formatVersion\" : \"2\"", "not an integer"),
        Arguments.of("\"formatVersion\" : 2", "\"formatVersion\" : 1", "unknown"),
        Arguments.of("\"bytes\" : 2097157", "\"bytes\" : 9000000000000000000", "bytes"),
        Arguments.of("\"bytes\" : 2097157", "\"bytes\" : 99999999999999999999", "too large"),
        Arguments.of("\"bytes\" : 2097157", "\"bytes\" : 5", "chunks"),
        Arguments.of("\"bytes\" : 2097157", "\"bytes\" : -1", "bytes"),
        Arguments.of("\"chunkBytes\" : 1048576", "\"chunkBytes\" : 1", "chunkBytes"),
        Arguments.of("\"sharedWeights\" : false", "\"sharedWeights\" : null", "missing"),
        Arguments.of("\"sharedWeights\" : false", "\"sharedWeights\" : 0", "true or false"),
        Arguments.of("\"sharedWeights\"", "\"surprise\" : 1, \"sharedWeights\"", "unknown"),
        Arguments.of("\"sharedWeights\"", "\"bytes\" : 5, \"sharedWeights\"", "Duplicate"),
        Arguments.of("\"int64\"", "\"int65\"", "int65"),
        Arguments.of("[ 1, 128 ]", "[ 1, -2 ]", "shape"),
        Arguments.of("[ 1, 128 ]", "[ 1, 1.5 ]", "not an integer"),
        Arguments.of(
            "[ 1, 128 ]", "[ 2147483647, 2147483647, 2147483647 ]", "more than any memory"),
        Arguments.of("[ 1, 128 ]", "[ " + "1,".repeat(40) + "1 ]", "41 items"),
        Arguments.of("0.003921569", "0", "scale"),
        Arguments.of("0.003921569", "1e999", "finite"),
        Arguments.of("0.003921569", "NaN", "NaN"),
        Arguments.of("\"per-tensor\"", "\"per-moon\"", "per-moon"),
        Arguments.of("\"graphs\" : [", "\"graphs\" : [ 1, ", "not an object"),
        Arguments.of("\"graphs\" : [", "\"graphs\" : [ " + "[".repeat(2000), "nesting"),
        Arguments.of("\"soc\" : {", "\"soc\" : [ {", ""),
        Arguments.of("\"root\" : \"", "\"root\" : \"0", "root"));
  }

  @ParameterizedTest
  @MethodSource("forged")
  void forgedTextsAreRefused(String part, String forgery, String told) {
    String text = new String(ManifestFormat.format(EXAMPLE), StandardCharsets.UTF_8);
    String forged = text.replace(part, forgery);
    assertTrue(!forged.equals(text), part + " is not in the text");
    BadModelException thrown =
        assertThrows(
            BadModelException.class,
            () -> ManifestFormat.parse(ManifestFormat.sealed(forged), "x.manifest.json"));
    assertTrue(thrown.getMessage().contains(told), thrown.getMessage());
  }

  @Test
  void aDeepOrEndlessTextIsNoProblem() {
    for (String text : List.of("[".repeat(100_000), "{\"a\":".repeat(100_000), "\"".repeat(9))) {
      assertThrows(
          BadModelException.class,
          () -> JsonObject.parse(text.getBytes(StandardCharsets.UTF_8), "x"));
    }
  }

  @Test
  void otherFilesAreRefused() throws IOException {
    for (String content : List.of("", "{}", "null", "not json", "{\"sha256\":\"\"}")) {
      Path file = folder.resolve("x.manifest.json");
      Files.writeString(file, content);
      assertThrows(BadModelException.class, () -> Manifest.read(file), content);
    }
    assertThrows(BadModelException.class, () -> Manifest.read(folder.resolve("absent")));
    assertThrows(BadModelException.class, () -> Manifest.read(folder));
  }
}
