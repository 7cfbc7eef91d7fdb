package io.github.npu4j.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.github.npu4j.cli.console.Console;
import io.github.npu4j.examples.Documentation;
import io.github.npu4j.examples.Documentation.Block;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** README.md and docs/ show what there is: their code compiles, their commands and links exist. */
class DocumentationTest {

  /** What a fragment of code may name without saying where it comes from. */
  private static final String IMPORTS =
      """
      import io.github.npu4j.artifact.*;
      import io.github.npu4j.catalog.*;
      import io.github.npu4j.engine.*;
      import io.github.npu4j.engine.open.*;
      import io.github.npu4j.error.*;
      import io.github.npu4j.numeric.*;
      import io.github.npu4j.runtime.*;
      import io.github.npu4j.seq2seq.*;
      import io.github.npu4j.seq2seq.constraint.*;
      import io.github.npu4j.seq2seq.generation.*;
      import io.github.npu4j.store.*;
      import io.github.npu4j.tensor.*;
      import io.github.npu4j.text.*;
      import io.github.npu4j.tokenizer.*;
      import java.lang.foreign.*;
      import java.nio.file.Path;
      import java.util.*;
      """;

  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

  @TempDir Path folder;

  @Test
  void everyCommandIsOne() throws IOException {
    List<String> refused = new ArrayList<>();
    int seen = 0;
    for (Block block : Documentation.blocks()) {
      for (List<String> words : block.commands()) {
        seen++;
        try {
          CommandLine line = Main.withAllCommands(Console.ofProcess());
          line.parseArgs(words.toArray(String[]::new));
        } catch (CommandLine.ParameterException wrong) {
          refused.add(block + ": npu4j " + String.join(" ", words) + ": " + wrong.getMessage());
        }
      }
    }
    assertEquals(List.of(), refused);
    assertTrue(seen > 20, seen + " commands");
  }

  @Test
  void everyProgramAndFragmentCompiles() throws IOException {
    int number = 0;
    for (Block block : Documentation.blocks()) {
      if (block.language().equals("java")) {
        number++;
        compile(block, folder.resolve("code" + number));
      }
    }
    assertTrue(number >= 5, number + " pieces of code");
  }

  /** A whole program is one of examples/, letter by letter: that one is run by a test. */
  @Test
  void everyProgramIsAnExample() throws IOException {
    for (Block block : Documentation.blocks()) {
      if (block.language().equals("java") && isProgram(block)) {
        try (var examples = Files.list(Path.of("examples"))) {
          assertTrue(
              examples.map(DocumentationTest::text).anyMatch(block.text()::equals),
              block + " is no file of examples/");
        }
      }
    }
  }

  @Test
  void everyLinkLeadsSomewhere() throws IOException {
    List<String> dead = new ArrayList<>();
    for (Path page : Documentation.pages()) {
      Matcher links = LINK.matcher(text(page));
      while (links.find()) {
        String link = links.group(1);
        if (link.startsWith("https:") || link.startsWith("http:")) {
          continue;
        }
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
        if (!Files.exists(target) || (parts.length == 2 && !anchors(target).contains(parts[1]))) {
          dead.add(page + " -> " + link);
        }
      }
    }
    assertEquals(List.of(), dead);
  }

  private static boolean isProgram(Block block) {
    return block.text().contains("void main(");
  }

  private static void compile(Block block, Path into) throws IOException {
    Files.createDirectories(into);
    String code =
        isProgram(block)
            ? block.text()
            : IMPORTS + "void main() throws Exception {\n" + block.text() + "}\n";
    Matcher name = Pattern.compile("(?m)^public class (\\w+)").matcher(code);
    Path source = into.resolve((name.find() ? name.group(1) : "Fragment") + ".java");
    Files.writeString(source, code);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files =
        compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
      List<String> options =
          List.of(
              "-d", into.toString(), "-proc:none", "-cp", System.getProperty("java.class.path"));
      if (!compiler
          .getTask(said, files, null, options, null, files.getJavaFileObjects(source))
          .call()) {
        fail(block + ": " + said);
      }
    }
  }

  /** Returns the names that a page's headings are linked by. */
  private static List<String> anchors(Path page) {
    return text(page)
        .lines()
        .filter(line -> line.startsWith("#"))
        .map(line ->
            line.replaceFirst("^#+ ", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-'))
        .toList();
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException unreadable) {
      throw new java.io.UncheckedIOException(unreadable);
    }
  }
}
