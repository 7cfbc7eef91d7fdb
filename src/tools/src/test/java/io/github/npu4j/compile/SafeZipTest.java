package io.github.npu4j.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.error.BadModelException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class SafeZipTest {

  @TempDir private Path folder;

  /** Ten thousand entries that are each below what one may become. */
  @Test
  @Timeout(60)
  void entriesMayNotBecomeMuchTogether() throws IOException {
    Path bomb = folder.resolve("bomb.zip");
    byte[] zeros = new byte[15 << 20];
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(bomb))) {
      for (int i = 0; i < 40; i++) {
        zip.putNextEntry(new ZipEntry(i + ".bin"));
        zip.write(zeros);
      }
    }
    BadModelException refused = assertThrows(BadModelException.class, () -> unpack(bomb));
    assertTrue(refused.why().contains("becomes more than"), refused.why());
    assertTrue(refused.what().startsWith("bomb.zip"), refused.what());
  }

  @Test
  void whatMacOsAddsIsPassedOver() throws IOException {
    Path archive =
        zip(
            "job/model.bin",
            "__MACOSX/job/._model.bin",
            "job/.DS_Store",
            "job/nested/deep/._other.bin",
            "job/nested/deep/other.bin");
    assertEquals(List.of("job/model.bin", "job/nested/deep/other.bin"), SafeZip.names(archive));
    assertEquals(2, unpack(archive).size());
  }

  @Test
  void brokenArchivesEndInWordsThatNameThem() throws IOException {
    byte[] whole = Files.readAllBytes(zip("a.bin", "b/c.bin"));
    Random random = new Random(7);
    Path file = folder.resolve("broken.zip");
    int refused = 0;
    for (int round = 0; round < 1500; round++) {
      byte[] broken = whole.clone();
      for (int changes = random.nextInt(4); changes >= 0; changes--) {
        broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
      }
      if (round % 3 == 0) {
        broken = Arrays.copyOf(broken, random.nextInt(broken.length));
      }
      Files.write(file, broken);
      try {
        unpack(file);
      } catch (BadModelException named) {
        refused++;
        assertTrue(named.getMessage().contains("broken.zip"), named.getMessage());
      }
    }
    assertTrue(refused > 500, refused + " refused");
  }

  @Test
  void entriesInEachOthersWayAreNamed() throws IOException {
    BadModelException refused =
        assertThrows(BadModelException.class, () -> unpack(zip("a.bin", "a.bin/b.bin")));
    assertTrue(refused.why().contains("a.bin/b.bin"), refused.why());
  }

  private List<Path> unpack(Path archive) throws IOException {
    Path target = Files.createTempDirectory(folder, "unpacked");
    return SafeZip.unpack(archive, name -> name.endsWith(".bin"), target);
  }

  private Path zip(String... names) throws IOException {
    Path file = Files.createTempFile(folder, "archive", ".zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (String name : names) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(name.getBytes(StandardCharsets.UTF_8));
      }
    }
    return file;
  }
}
