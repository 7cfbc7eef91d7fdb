package io.github.npu4j.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.examples.Documentation.Block;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The commands of README.md and docs/ that are shown as run do run, page by page, in order. */
class DocumentationIT {

  private static final Path PROJECT = Path.of("").toAbsolutePath();

  @TempDir Path folder;

  static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    for (Path page : Documentation.pages()) {
      if (!commands(page).isEmpty()) {
        pages.add(page);
      }
    }
    return pages;
  }

  private static List<List<String>> commands(Path page) throws IOException {
    List<List<String>> commands = new ArrayList<>();
    for (Block block : Documentation.blocks()) {
      if (block.page().equals(page) && block.language().equals("sh")) {
        commands.addAll(block.commands());
      }
    }
    return commands;
  }

  @Test
  void thereAreSuchPages() throws IOException {
    assertTrue(pages().size() >= 3, pages().toString());
  }

  @ParameterizedTest
  @MethodSource("pages")
  void theCommandsOfAPageRunInOrder(Path page) throws Exception {
    Files.createSymbolicLink(folder.resolve("models"), PROJECT.resolve("models"));
    for (List<String> arguments : commands(page)) {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-jar"));
      command.add(PROJECT.resolve("target/npu4j.jar").toString());
      command.addAll(arguments);
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .start();
      String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(0, process.waitFor(), () -> page + ": npu4j " + arguments + "\n" + printed);
    }
  }
}
