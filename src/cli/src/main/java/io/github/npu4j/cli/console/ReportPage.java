package io.github.npu4j.cli.console;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.internal.file.AtomicFile;
import io.github.npu4j.internal.file.IoErrors;
import io.github.npu4j.report.BenchmarkRecord;
import io.github.npu4j.report.Comparison;
import io.github.npu4j.report.HtmlReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that has a benchmark shown in a page. */
public final class ReportPage {

  private static final String ADVICE = "Give another folder with --report.";

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description =
          "Write the run with its plots to DIR/bench-NAME.html too: one page that needs no network, "
              + "for light and dark.")
  @Nullable Path folder;

  /**
   * Makes the folder, so that a run is not measured in vain.
   *
   * @throws BadInputException if that can't be
   */
  public void begin() {
    if (folder == null) {
      return;
    }
    try {
      Files.createDirectories(folder);
    } catch (IOException failed) {
      throw new BadInputException(
          "can't make the folder " + folder, IoErrors.reason(failed), ADVICE, failed);
    }
  }

  /**
   * Writes the page if one was requested, whole or not at all, and says where.
   *
   * @throws BadInputException if it can't be written
   */
  public void write(Console console, BenchmarkRecord record, @Nullable Comparison comparison) {
    if (folder == null) {
      return;
    }
    String name = record.benchmark().replaceAll("[^A-Za-z0-9-]", "_");
    Path page = folder.resolve("bench-" + name + ".html");
    try {
      AtomicFile.write(page, HtmlReport.of(record, comparison).getBytes(StandardCharsets.UTF_8));
    } catch (IOException failed) {
      throw new BadInputException("can't write " + page, IoErrors.reason(failed), ADVICE, failed);
    }
    console.notices().println("npu4j: wrote " + page);
  }
}
