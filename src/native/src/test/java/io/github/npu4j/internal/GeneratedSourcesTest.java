package io.github.npu4j.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The generated sources are what {@code jextract/generate} made of today's headers. */
class GeneratedSourcesTest {

  private static final Path GENERATED =
      Path.of("src/native/src/generated/java/io/github/npu4j/internal");

  @ParameterizedTest
  @ValueSource(strings = {"ort", "qnn"})
  void neitherHeadersNorGeneratedSourcesHaveDrifted(String abi) throws Exception {
    Set<String> listed = new TreeSet<>();
    for (String line : Files.readAllLines(Path.of("jextract", abi + ".sha256"))) {
      String[] hashAndFile = line.split(" [ *]", 2);
      Path file = Path.of(hashAndFile[1]);
      assertTrue(Files.exists(file), () -> file + " is missing; run jextract/generate");
      assertEquals(
          hashAndFile[0], sha256(file), () -> file + " has drifted; run jextract/generate");
      if (file.startsWith(GENERATED)) {
        listed.add(file.getFileName().toString());
      }
    }
    try (Stream<Path> files = Files.list(GENERATED.resolve(abi + "abi"))) {
      Set<String> present =
          files
              .map(file -> file.getFileName().toString())
              .collect(Collectors.toCollection(TreeSet::new));
      assertEquals(listed, present, "files that jextract/generate did not write");
    }
  }

  private static String sha256(Path file) throws Exception {
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    return HexFormat.of().formatHex(digest);
  }
}
