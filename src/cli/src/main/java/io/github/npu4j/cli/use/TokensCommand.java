package io.github.npu4j.cli.use;

import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.catalog.ModelCatalog;
import io.github.npu4j.cli.console.Console;
import io.github.npu4j.cli.console.ExitCode;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.report.Json;
import io.github.npu4j.tokenizer.Encoding;
import io.github.npu4j.tokenizer.OffsetUnit;
import io.github.npu4j.tokenizer.TokenSpans;
import io.github.npu4j.tokenizer.Tokenizer;
import io.github.npu4j.tokenizer.Truncation;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "tokens",
    description = {
      "Show the tokens that a text becomes: ids, pieces, and where in the text they come from.",
      "Special tokens are among them, prefixes of queries and passages are not. Nothing is cut."
    },
    footer = {
      "",
      "Places are counted in Unicode characters from 0; the end is behind the last.",
      "Example: npu4j tokens --model minilm \"unaffordable honey\""
    })
public final class TokensCommand implements Callable<Integer> {

  private final Console console;

  @Option(
      names = "--model",
      paramLabel = "NAME|FOLDER|FILE",
      description =
          "A model of npu4j models list, a model folder, or a tokenizer's file. Default: minilm.")
  @Nullable String model;

  @Parameters(paramLabel = "TEXT", description = "The text.")
  String text = "";

  @Option(
      names = "--pair",
      paramLabel = "TEXT",
      description = "A second text that is encoded together with the first, as rerankers do.")
  @Nullable String pair;

  @Option(names = "--json", description = "Report as JSON.")
  boolean json;

  public TokensCommand(Console console) {
    this.console = console;
  }

  /** The report as data. */
  record TokensReport(int count, List<Token> tokens) {}

  /**
   * One token.
   *
   * @param segment 0, and for tokens of the second text what the template says
   * @param start where in the text it begins; {@code null} if it does not come from there, or that
   *     is not known
   */
  record Token(
      long id, String piece, long segment, @Nullable Integer start, @Nullable Integer end) {}

  @Override
  public Integer call() {
    try (Tokenizer tokenizer = open(model == null ? ModelCatalog.defaultName() : model)) {
      List<Token> tokens = tokens(tokenizer);
      if (json) {
        Json.print(console.results(), new TokensReport(tokens.size(), tokens));
      } else {
        print(console.results(), tokens);
      }
    }
    return ExitCode.DONE;
  }

  private static Tokenizer open(String name) {
    Path file = Path.of(name);
    String lower = name.toLowerCase(Locale.ROOT);
    boolean tokenizer =
        lower.endsWith(".json") || lower.endsWith(".model") || lower.endsWith(".txt");
    if (tokenizer && Files.isRegularFile(file)) {
      return Tokenizer.open(file);
    }
    ModelFolder folder = ModelCatalog.standard().open(name);
    return folder.tokenizer().isPresent() || folder.isBare()
        ? Tokenizer.open(folder.requireTokenizer())
        : Tokenizer.open(folder.path());
  }

  private List<Token> tokens(Tokenizer tokenizer) {
    if (pair != null) {
      Encoding both = tokenizer.encodePair(text, pair, Integer.MAX_VALUE, Truncation.LONGEST_FIRST);
      return tokens(tokenizer, both, null);
    }
    try {
      TokenSpans spans = tokenizer.spans(text, Integer.MAX_VALUE, OffsetUnit.CODE_POINTS);
      return tokens(tokenizer, spans.encoding(), spans);
    } catch (BadInputException noPlaces) {
      return tokens(tokenizer, tokenizer.encode(text), null);
    }
  }

  private static List<Token> tokens(
      Tokenizer tokenizer, Encoding encoding, @Nullable TokenSpans spans) {
    List<Token> tokens = new ArrayList<>();
    for (int i = 0; i < encoding.length(); i++) {
      int start = spans == null ? TokenSpans.NOWHERE : spans.starts()[i];
      int end = spans == null ? TokenSpans.NOWHERE : spans.ends()[i];
      tokens.add(
          new Token(
              encoding.ids()[i],
              tokenizer.piece(Math.toIntExact(encoding.ids()[i])),
              encoding.typeId(i),
              start == TokenSpans.NOWHERE ? null : start,
              end == TokenSpans.NOWHERE ? null : end));
    }
    return tokens;
  }

  private static void print(PrintStream out, List<Token> tokens) {
    for (Token token : tokens) {
      String place = token.start == null ? "" : token.start + "-" + token.end;
      out.printf(Locale.ROOT, "%8d  %-9s  %s%n", token.id, place, visible(token.piece));
    }
  }

  /** A piece may be or hold a line break. */
  private static String visible(String piece) {
    StringBuilder shown = new StringBuilder();
    piece
        .codePoints()
        .forEach(c -> {
          if (Character.isISOControl(c) || c == 0x2028 || c == 0x2029) {
            shown.append("\\u%04x".formatted(c));
          } else {
            shown.appendCodePoint(c);
          }
        });
    return shown.toString();
  }
}
