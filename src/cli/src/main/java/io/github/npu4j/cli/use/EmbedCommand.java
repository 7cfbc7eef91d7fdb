package io.github.npu4j.cli.use;

import io.github.npu4j.catalog.ModelCatalog;
import io.github.npu4j.cli.console.Console;
import io.github.npu4j.cli.console.ExitCode;
import io.github.npu4j.cli.options.ModelOptions;
import io.github.npu4j.cli.options.TextLines;
import io.github.npu4j.cli.options.TextLines.Line;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.text.EmbedResult;
import io.github.npu4j.text.Embedder;
import io.github.npu4j.text.EmbedderOptions;
import io.github.npu4j.text.Role;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "embed",
    description = {
      "Turn texts into vectors.",
      "Each TEXT, or each line of the input, gets one line of the results, in order. A line that "
          + "can't be embedded gets its error, the others are embedded all the same, and the exit "
          + "code is 4."
    })
public final class EmbedCommand implements Callable<Integer> {

  private static final String STANDARD_INPUT = "-";

  /** Texts that are batched together; fewer when their writer waits for the answer. */
  private static final int MOST_AT_ONCE = 1024;

  /**
   * So few texts are answered sooner where ONNX Runtime does not first arrange its weights for more
   * of them, which takes as long as three texts.
   */
  private static final int FEW_TEXTS = 3;

  /** ONNX Runtime's key for that (kOrtSessionOptionsConfigDisablePrepacking). */
  private static final String NO_PREPACKING = "session.disable_prepacking";

  /** The form of the results. */
  enum Format {
    TEXT,
    JSON,
    NPY
  }

  private final Console console;

  @Spec @Nullable CommandSpec spec;

  @Parameters(
      arity = "0..*",
      paramLabel = "TEXT",
      description = "Texts to embed; - alone reads lines from standard input.")
  List<String> texts = List.of();

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description = "Embed the lines of this UTF-8 file; - for standard input.")
  @Nullable String input;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = {
        "text (default): the values, separated by blanks, a line a text.",
        "json: an object a line, with text, dimensions, embedding, model, device, engine, "
            + "truncated and millis, or with text and error.",
        "npy: one NumPy array of shape texts x dimensions; NaN where there is an error."
      })
  Format format = Format.TEXT;

  @Option(names = "--json", description = "Short for --format json.")
  boolean json;

  @Option(
      names = "--model",
      paramLabel = "NAME|FOLDER",
      description = "A model of npu4j models list, or a model folder. Default: minilm.")
  String model = ModelCatalog.defaultName();

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      description =
          "Put the model's prefix for a query or a passage before each text: query, "
              + "passage or none (default).")
  Role role = Role.NONE;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Write the results to FILE instead of standard output.")
  @Nullable Path output;

  @Mixin ModelOptions where = new ModelOptions();

  public EmbedCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    boolean fromArguments = !texts.isEmpty() && !texts.equals(List.of(STANDARD_INPUT));
    if (texts.isEmpty() == (input == null)) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(),
          "give either TEXT, or --input FILE, or - for standard input");
    }
    requireOtherFiles();
    try (InputStream in = fromArguments ? InputStream.nullInputStream() : open();
        Embedder embedder = openModel(fromArguments);
        EmbedResults results = EmbedResults.of(json ? Format.JSON : format, output, console)) {
      where.announce(embedder.placement(), console);
      boolean allDone =
          fromArguments
              ? embed(texts.stream().map(text -> new Line(text, null)).toList(), embedder, results)
              : embedLines(new TextLines(in), embedder, results);
      results.finish(embedder);
      return allDone ? ExitCode.DONE : ExitCode.BAD;
    }
  }

  /** The results would be written over the lines that are still to be read. */
  private void requireOtherFiles() throws IOException {
    if (input == null || output == null || input.equals(STANDARD_INPUT)) {
      return;
    }
    Path lines = Path.of(input);
    if (Files.exists(lines) && Files.exists(output) && Files.isSameFile(lines, output)) {
      throw new ParameterException(
          Objects.requireNonNull(spec).commandLine(),
          "--input and -o are the same file, " + output + ": write the results to another");
    }
  }

  private Embedder openModel(boolean fromArguments) {
    try {
      return Embedder.open(model, EmbedderOptions.defaults().withModel(openOptions(fromArguments)));
    } catch (BadModelException refused) {
      DescribeCommand.advise(model, console);
      throw refused;
    }
  }

  private OpenOptions openOptions(boolean fromArguments) {
    OpenOptions options = where.open();
    return fromArguments && texts.size() <= FEW_TEXTS
        ? options.withSessionConfig(NO_PREPACKING, "1")
        : options;
  }

  private InputStream open() throws IOException {
    return input == null || input.equals(STANDARD_INPUT)
        ? System.in
        : new BufferedInputStream(Files.newInputStream(Path.of(input)));
  }

  private boolean embedLines(TextLines lines, Embedder embedder, EmbedResults results)
      throws IOException {
    boolean allDone = true;
    Line line = lines.next();
    while (line != null) {
      List<Line> block = new ArrayList<>();
      while (line != null) {
        block.add(line);
        boolean more = block.size() < MOST_AT_ONCE && lines.ready();
        line = more ? lines.next() : null;
      }
      allDone &= embed(block, embedder, results);
      line = results.flush() ? lines.next() : null;
    }
    return allDone;
  }

  private boolean embed(List<Line> lines, Embedder embedder, EmbedResults results)
      throws IOException {
    List<String> sound =
        lines.stream().filter(line -> line.error() == null).map(Line::text).toList();
    List<EmbedResult> outcomes = embedder.embedEach(sound, role);
    boolean allDone = true;
    int next = 0;
    for (Line line : lines) {
      String error = line.error();
      if (error == null) {
        switch (outcomes.get(next++)) {
          case EmbedResult.Embedded(var embedding) -> results.put(line.text(), embedding, embedder);
          case EmbedResult.Refused(var refusal) -> error = String.valueOf(refusal.getMessage());
        }
      }
      if (error != null) {
        results.putError(line.text(), error);
        allDone = false;
      }
    }
    return allDone;
  }
}
