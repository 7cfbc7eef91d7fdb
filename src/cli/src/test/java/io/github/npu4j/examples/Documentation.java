package io.github.npu4j.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What README.md and docs/ show: their code blocks, and the commands in them.
 *
 * <p>A block that begins with {@code ```sh} is run by a test, line by line. Commands elsewhere, in
 * indented lines or other blocks, need a machine or a file that a test does not have: they are only
 * parsed.
 */
public final class Documentation {

  private static final String FENCE = "```";
  private static final Pattern COMMAND =
      Pattern.compile("^(?:RUN )?(?:\\./)?npu4j(?:\\.cmd)?(?: |$)(.*)");

  private Documentation() {}

  /**
   * A block of code of a page.
   *
   * @param page the file
   * @param line the number of its first line, from 1
   * @param language what stands after the fence; {@code indented} for a block without one
   * @param lines the code
   */
  public record Block(Path page, int line, String language, List<String> lines) {
    @Override
    public String toString() {
      return page + ":" + line;
    }

    /** Returns the code, each line ended. */
    public String text() {
      return String.join("\n", lines) + "\n";
    }

    /** Returns the arguments of each call of npu4j. */
    public List<List<String>> commands() {
      List<List<String>> commands = new ArrayList<>();
      for (String line : lines) {
        for (String part : line.strip().replaceFirst("\\s+#.*$", "").split(" && ")) {
          Matcher command = COMMAND.matcher(part.strip());
          if (command.matches()) {
            commands.add(words(command.group(1)));
          }
        }
      }
      return commands;
    }
  }

  /** Returns README.md and the pages of docs/. */
  public static List<Path> pages() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("docs"))) {
      return Stream.concat(
              Stream.of(Path.of("README.md")),
              files.filter(file -> file.toString().endsWith(".md")).sorted())
          .toList();
    }
  }

  /** Returns the blocks of all pages. */
  public static List<Block> blocks() throws IOException {
    List<Block> blocks = new ArrayList<>();
    for (Path page : pages()) {
      blocks.addAll(blocks(page, Files.readAllLines(page)));
    }
    return blocks;
  }

  private static List<Block> blocks(Path page, List<String> lines) {
    List<Block> blocks = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      int begin = i + 1;
      List<String> code = new ArrayList<>();
      if (lines.get(i).startsWith(FENCE)) {
        String language = lines.get(i).substring(FENCE.length()).strip();
        for (i++; !lines.get(i).startsWith(FENCE); i++) {
          code.add(lines.get(i));
        }
        blocks.add(new Block(page, begin + 1, language, code));
      } else if (lines.get(i).startsWith("    ")) {
        for (; i < lines.size() && lines.get(i).startsWith("    "); i++) {
          code.add(lines.get(i).substring(4));
        }
        blocks.add(new Block(page, begin, "indented", code));
      }
    }
    return blocks;
  }

  /** Splits a command line as a shell does, and leaves out where its output goes. */
  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    Matcher word = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)").matcher(line);
    while (word.find()) {
      String plain = word.group(3);
      if (">".equals(plain) || "<".equals(plain)) {
        word.find();
      } else {
        words.add(plain != null ? plain : word.group(1) != null ? word.group(1) : word.group(2));
      }
    }
    return words;
  }
}
