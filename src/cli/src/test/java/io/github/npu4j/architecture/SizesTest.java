package io.github.npu4j.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No package and no class grows so large that one has to search in it. */
class SizesTest {

  private static final int MOST_FILES = 30;
  private static final int MOST_FILES_OF_THE_COMMAND = 25;
  private static final int MOST_LINES = 500;

  @TempDir Path folder;

  @Test
  void noPackageHasMoreFilesThanOneCanOverlook() throws IOException {
    assertEquals(List.of(), largePackages(handWritten()));
  }

  @Test
  void noHandWrittenClassIsLongerThanFiveHundredLines() throws IOException {
    assertEquals(List.of(), longFiles(handWritten()));
  }

  @Test
  void theLimitsBite() throws IOException {
    Path room = Files.createDirectories(folder.resolve("room"));
    Path command = Files.createDirectories(folder.resolve("src/cli/commands"));
    List<Path> files = new ArrayList<>();
    for (int i = 0; i <= MOST_FILES; i++) {
      files.add(Files.createFile(room.resolve("Type" + i + ".java")));
    }
    for (int i = 0; i <= MOST_FILES_OF_THE_COMMAND; i++) {
      files.add(Files.createFile(command.resolve("Type" + i + ".java")));
    }
    assertEquals(List.of(room + " has 31 files", command + " has 26 files"), largePackages(files));
    assertEquals(List.of(), longFiles(files));

    Path just = room.resolve("Just.java");
    Files.write(just, Collections.nCopies(MOST_LINES, "// line"));
    Path over = room.resolve("Over.java");
    Files.write(over, Collections.nCopies(MOST_LINES + 1, "// line"));
    assertEquals(List.of(over + " has 501 lines"), longFiles(List.of(just, over)));
    assertTrue(handWritten().size() > 400, () -> "few files below " + Path.of("").toAbsolutePath());
  }

  /** The modules' sources, without what jextract wrote. */
  private static List<Path> handWritten() throws IOException {
    List<Path> files = new ArrayList<>();
    for (Module module : Module.values()) {
      for (String part : List.of("src/main/java", "src/test/java")) {
        Path root = module.folder().resolve(part);
        if (Files.isDirectory(root)) {
          try (Stream<Path> below = Files.walk(root)) {
            below.filter(file -> file.toString().endsWith(".java")).forEach(files::add);
          }
        }
      }
    }
    return files;
  }

  private static List<String> largePackages(List<Path> files) {
    Map<Path, Integer> counts = new TreeMap<>();
    files.forEach(file -> counts.merge(file.getParent(), 1, Integer::sum));
    List<String> large = new ArrayList<>();
    counts.forEach((place, count) -> {
      int most = name(place).contains("src/cli/") ? MOST_FILES_OF_THE_COMMAND : MOST_FILES;
      if (count > most) {
        large.add(place + " has " + count + " files");
      }
    });
    return large;
  }

  private static List<String> longFiles(List<Path> files) throws IOException {
    List<String> found = new ArrayList<>();
    for (Path file : files) {
      int lines = Files.readAllLines(file).size();
      if (lines > MOST_LINES) {
        found.add(file + " has " + lines + " lines");
      }
    }
    return found;
  }

  private static String name(Path path) {
    return path.toString().replace('\\', '/');
  }
}
