package io.github.npu4j.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A copy belongs to one state of one file, and says the same in ASCII. */
class CheckedCopyTest {

  private static final String JSON = "{\"\u00e9\": \"\u65e5\ud83d\ude00 \\u00e9\", \"a\": [1]}";

  @TempDir Path temporary;
  private Path folder;
  private Path file;

  @BeforeEach
  void writeFile() throws IOException {
    folder = temporary.resolve("copies");
    file = Files.writeString(temporary.resolve("tokenizer.json"), JSON);
  }

  @Test
  void saysTheSameInAscii() throws IOException {
    assertEquals(Optional.empty(), CheckedCopy.of(file, folder).read());
    CheckedCopy.of(file, folder).write(JSON);
    String kept = CheckedCopy.of(file, folder).read().orElseThrow();
    assertTrue(kept.chars().allMatch(c -> c < 0x80), kept);
    ObjectMapper mapper = new ObjectMapper();
    assertEquals(mapper.readTree(JSON), mapper.readTree(kept));
    CheckedCopy.of(file, folder).delete();
    assertEquals(Optional.empty(), CheckedCopy.of(file, folder).read());
  }

  @Test
  void isVoidWhenTheFileChangesAndGoesWhenTheNextIsWritten() throws IOException {
    CheckedCopy first = CheckedCopy.of(file, folder);
    first.write(JSON);
    FileTime later = FileTime.fromMillis(Files.getLastModifiedTime(file).toMillis() + 1000);
    Files.setLastModifiedTime(file, later);
    CheckedCopy second = CheckedCopy.of(file, folder);
    assertNotEquals(first.copy(), second.copy());
    assertEquals(Optional.empty(), second.read());
    second.write(JSON);
    try (Stream<Path> all = Files.list(folder)) {
      assertEquals(List.of(second.copy()), all.toList());
    }
  }

  @Test
  void keepsTheLatestOfManyFiles() throws IOException {
    for (int i = 0; i < CheckedCopy.MOST + 4; i++) {
      CheckedCopy.of(Files.writeString(temporary.resolve(i + ".json"), JSON), folder).write(JSON);
    }
    CheckedCopy.of(file, folder).write(JSON);
    assertTrue(CheckedCopy.of(file, folder).read().isPresent());
    try (Stream<Path> all = Files.list(folder)) {
      assertEquals(CheckedCopy.MOST, all.count());
    }
  }

  @Test
  void aFolderThatCannotBeWrittenIsNoError() throws IOException {
    Files.writeString(folder, "a file is in the way");
    CheckedCopy copy = CheckedCopy.of(file, folder);
    copy.write(JSON);
    assertEquals(Optional.empty(), copy.read());
  }
}
