package io.github.npu4j.cli.console;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.internal.file.IoErrors;
import io.github.npu4j.report.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that reports: the form of the report and where it goes. */
public final class Report {

  @Option(names = "--json", description = "Report as JSON.")
  boolean json;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Write the report to FILE instead of standard output.")
  @Nullable Path file;

  /**
   * Prints a report in the requested form to the requested place.
   *
   * @param value the report as data, as {@link Json} understands it
   * @param text prints the report for people
   * @throws BadInputException if the file can't be written
   */
  public void print(Console console, Object value, Consumer<PrintStream> text) {
    if (file == null) {
      printTo(console.results(), value, text);
      return;
    }
    try (PrintStream out =
        new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8)) {
      printTo(out, value, text);
    } catch (IOException e) {
      throw new BadInputException(
          "can't write " + file, IoErrors.reason(e), "Give another file with -o.", e);
    }
  }

  private void printTo(PrintStream out, Object value, Consumer<PrintStream> text) {
    if (json) {
      Json.print(out, value);
    } else {
      text.accept(out);
    }
  }
}
