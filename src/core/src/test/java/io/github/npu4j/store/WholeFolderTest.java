package io.github.npu4j.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.store.WholeFolder.Existing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFolderTest {

  @TempDir private Path folder;

  private final Cache.Fill fill = aside -> Files.writeString(aside.resolve("npu4j.json"), "new");

  @Test
  void makesAFolderAndThoseAboveIt() throws IOException {
    Path target = folder.resolve("a/b/out");
    WholeFolder.write(target, Existing.REFUSE, fill);
    assertEquals("new", Files.readString(target.resolve("npu4j.json")));
    assertEquals(List.of("out"), names(target.resolve("..")));
  }

  @Test
  void takesAnEmptyFolder() throws IOException {
    Path target = Files.createDirectory(folder.resolve("out"));
    WholeFolder.write(target, Existing.REFUSE, fill);
    assertEquals(List.of("npu4j.json"), names(target));
  }

  @Test
  void leavesWhatIsThere() throws IOException {
    Path target = Files.createDirectory(folder.resolve("out"));
    Files.writeString(target.resolve("letter.txt"), "dear");
    for (Existing existing : Existing.values()) {
      BadInputException refused =
          assertThrows(BadInputException.class, () -> WholeFolder.write(target, existing, fill));
      assertTrue(refused.getMessage().contains(target.toString()), refused.getMessage());
    }
    assertEquals(List.of("letter.txt"), names(target));
    assertThrows(
        BadInputException.class,
        () -> WholeFolder.write(target.resolve("letter.txt"), Existing.REPLACE, fill));
  }

  @Test
  void replacesAModelFolderAsAWhole() throws IOException {
    Path target = Files.createDirectory(folder.resolve("out"));
    Files.writeString(target.resolve("npu4j.json"), "old");
    Files.createDirectory(target.resolve("htp"));
    assertThrows(BadInputException.class, () -> WholeFolder.write(target, Existing.REFUSE, fill));
    WholeFolder.write(target, Existing.REPLACE, fill);
    assertEquals(List.of("npu4j.json"), names(target));
    assertEquals("new", Files.readString(target.resolve("npu4j.json")));
    assertEquals(List.of("out"), names(folder));
  }

  @Test
  void aFailureLeavesTheOldOne() throws IOException {
    Path target = Files.createDirectory(folder.resolve("out"));
    Files.writeString(target.resolve("npu4j.json"), "old");
    Cache.Fill failing =
        aside -> {
          Files.writeString(aside.resolve("half"), "");
          throw new IOException("no room");
        };
    assertThrows(IOException.class, () -> WholeFolder.write(target, Existing.REPLACE, failing));
    assertEquals("old", Files.readString(target.resolve("npu4j.json")));
    assertFalse(names(folder).size() > 1, () -> "left aside in " + folder);
  }

  @Test
  void deletesWhatAKilledProcessLeftAside() throws IOException {
    long nobody = (1L << 31) - 2; // above the largest process id of any system
    for (String left : List.of(".writing-out~" + nobody, ".removing-out~" + nobody)) {
      Files.createFile(Files.createDirectory(folder.resolve(left)).resolve("half"));
    }
    String alive = ".writing-out~" + ProcessHandle.current().parent().orElseThrow().pid();
    Files.createDirectory(folder.resolve(alive));
    Files.createDirectory(folder.resolve(".writing-other~" + nobody));
    WholeFolder.write(folder.resolve("out"), Existing.REFUSE, fill);
    assertEquals(Set.of(alive, ".writing-other~" + nobody, "out"), Set.copyOf(names(folder)));
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return children.map(child -> child.getFileName().toString()).sorted().toList();
    }
  }
}
