package io.github.npu4j.store.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.store.files.WholeFolder.Existing;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFolderTest {

  private static final String MARK = "npu4j.json";

  @TempDir private Path folder;

  private final FolderContent fill = aside -> Files.writeString(aside.resolve("npu4j.json"), "new");

  @Test
  void makesAFolderAndThoseAboveIt() throws IOException {
    Path target = folder.resolve("a/b/out");
    WholeFolder.write(target, Existing.REFUSE, MARK, fill);
    assertEquals("new", Files.readString(target.resolve("npu4j.json")));
    assertEquals(List.of("out"), names(target.resolve("..")));
  }

  @Test
  void takesAnEmptyFolder() throws IOException {
    Path target = Files.createDirectory(folder.resolve("out"));
    WholeFolder.write(target, Existing.REFUSE, MARK, fill);
    assertEquals(List.of("npu4j.json"), names(target));
  }

  @Test
  void leavesWhatIsThere() throws IOException {
    Path target = Files.createDirectory(folder.resolve("out"));
    Files.writeString(target.resolve("letter.txt"), "dear");
    for (Existing existing : Existing.values()) {
      BadInputException refused =
          assertThrows(
              BadInputException.class, () -> WholeFolder.write(target, existing, MARK, fill));
      assertTrue(refused.getMessage().contains(target.toString()), refused.getMessage());
    }
    assertEquals(List.of("letter.txt"), names(target));
    assertThrows(
        BadInputException.class,
        () -> WholeFolder.write(target.resolve("letter.txt"), Existing.REPLACE, MARK, fill));
  }

  @Test
  void replacesAModelFolderAsAWhole() throws IOException {
    Path target = Files.createDirectory(folder.resolve("out"));
    Files.writeString(target.resolve("npu4j.json"), "old");
    Files.createDirectory(target.resolve("htp"));
    assertThrows(
        BadInputException.class, () -> WholeFolder.write(target, Existing.REFUSE, MARK, fill));
    WholeFolder.write(target, Existing.REPLACE, MARK, fill);
    assertEquals(List.of("npu4j.json"), names(target));
    assertEquals("new", Files.readString(target.resolve("npu4j.json")));
    assertEquals(List.of("out"), names(folder));
  }

  @Test
  void aFailureLeavesTheOldOne() throws IOException {
    Path target = Files.createDirectory(folder.resolve("out"));
    Files.writeString(target.resolve("npu4j.json"), "old");
    FolderContent failing =
        aside -> {
          Files.writeString(aside.resolve("half"), "");
          throw new IOException("no room");
        };
    assertThrows(
        IOException.class, () -> WholeFolder.write(target, Existing.REPLACE, MARK, failing));
    assertEquals("old", Files.readString(target.resolve("npu4j.json")));
    assertFalse(names(folder).size() > 1, () -> "left aside in " + folder);
  }

  @Test
  void deletesWhatAKilledProcessLeftAside() throws IOException {
    for (String left : List.of(".writing-out~1", ".writing-out~" + ProcessHandle.current().pid())) {
      Files.createFile(Files.createDirectory(folder.resolve(left)).resolve("half"));
    }
    Files.createDirectory(folder.resolve(".writing-other~1"));
    WholeFolder.write(folder.resolve("out"), Existing.REFUSE, MARK, fill);
    assertEquals(List.of(".writing-other~1", "out"), names(folder));
  }

  @Test
  void putsBackWhatAProcessWasKilledInTheMiddleOfReplacing() throws IOException {
    Path target = folder.resolve("out");
    Path left = Files.createDirectory(folder.resolve(".removing-out~1"));
    Files.writeString(left.resolve(MARK), "old");
    FolderContent failing =
        _ -> {
          throw new IOException("no room");
        };
    assertThrows(
        IOException.class, () -> WholeFolder.write(target, Existing.REPLACE, MARK, failing));
    assertEquals("old", Files.readString(target.resolve(MARK)));
    assertEquals(List.of("out"), names(folder));
  }

  @Test
  void whatCameMeanwhileStays() throws IOException {
    for (Existing existing : Existing.values()) {
      Path target = folder.resolve("out-" + existing);
      FolderContent overtaken =
          aside -> {
            fill.into(aside);
            Files.createDirectory(target);
            Files.writeString(target.resolve("thesis.txt"), "precious");
          };
      BadInputException refused =
          assertThrows(
              BadInputException.class, () -> WholeFolder.write(target, existing, MARK, overtaken));
      assertTrue(refused.getMessage().contains(target.toString()), refused.getMessage());
      assertEquals("precious", Files.readString(target.resolve("thesis.txt")));
      assertEquals(List.of("thesis.txt"), names(target));
    }
  }

  @Test
  void whatComesAfterTheLastLookStaysToo() throws IOException {
    Path target = folder.resolve("out");
    WholeFolder.Rename late =
        (from, to) -> {
          Files.createDirectories(target);
          Files.writeString(target.resolve("thesis.txt"), "precious");
          Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        };
    assertThrows(
        BadInputException.class,
        () -> WholeFolder.write(target, Existing.REFUSE, MARK, fill, late));
    assertEquals(List.of("thesis.txt"), names(target));
    assertEquals(List.of("out"), names(folder));
  }

  @Test
  void aLastRenameThatFailsPutsTheOldFolderBack() throws IOException {
    Path target = Files.createDirectory(folder.resolve("out"));
    Files.writeString(target.resolve(MARK), "old");
    WholeFolder.Rename failing = failing(2);
    assertThrows(
        FileSystemException.class,
        () -> WholeFolder.write(target, Existing.REPLACE, MARK, fill, failing));
    assertEquals("old", Files.readString(target.resolve(MARK)));
    assertEquals(List.of("out"), names(folder));
  }

  @Test
  void anOldFolderThatCantBePutBackIsNamedAndStays() throws IOException {
    Path target = Files.createDirectory(folder.resolve("out"));
    Files.writeString(target.resolve(MARK), "old");
    WholeFolder.Rename failing = failing(2, 3);
    IOException stuck =
        assertThrows(
            IOException.class,
            () -> WholeFolder.write(target, Existing.REPLACE, MARK, fill, failing));
    String left = names(folder).getFirst();
    assertTrue(stuck.getMessage().endsWith("it is at " + folder.resolve(left)), stuck.getMessage());
    assertEquals("old", Files.readString(folder.resolve(left).resolve(MARK)));

    assertThrows(
        BadInputException.class, () -> WholeFolder.write(target, Existing.REFUSE, MARK, fill));
    assertEquals("old", Files.readString(target.resolve(MARK)), "put back by the next writer");
  }

  @Test
  void twoWritersOfOneFolderAreOneTooMany() throws IOException {
    Path target = folder.resolve("out");
    FolderContent second =
        aside -> {
          fill.into(aside);
          assertThrows(
              BadInputException.class,
              () -> WholeFolder.write(target, Existing.REPLACE, MARK, fill));
          assertTrue(Files.exists(aside.resolve(MARK)), "the first writer's folder stays");
        };
    WholeFolder.write(target, Existing.REFUSE, MARK, second);
    assertEquals(List.of("out"), names(folder));
  }

  @Test
  void aFailureLeavesNoEmptyFolders() throws IOException {
    FolderContent failing =
        _ -> {
          throw new IOException("no room");
        };
    Path target = folder.resolve("a/b/out");
    assertThrows(
        IOException.class, () -> WholeFolder.write(target, Existing.REFUSE, MARK, failing));
    assertEquals(List.of(), names(folder));
  }

  /** Renames, but not these times, counted from 1. */
  private static WholeFolder.Rename failing(Integer... times) {
    AtomicInteger count = new AtomicInteger();
    return (from, to) -> {
      if (List.of(times).contains(count.incrementAndGet())) {
        throw new FileSystemException(from.toString(), to.toString(), "Input/output error");
      }
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    };
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return children.map(child -> child.getFileName().toString()).sorted().toList();
    }
  }
}
