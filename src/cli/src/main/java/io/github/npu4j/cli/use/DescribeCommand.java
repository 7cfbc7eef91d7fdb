package io.github.npu4j.cli.use;

import io.github.npu4j.artifact.ModelDescription;
import io.github.npu4j.artifact.ModelDescription.Kind;
import io.github.npu4j.artifact.ModelDescription.Prefixes;
import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.artifact.VectorOutput;
import io.github.npu4j.catalog.ModelCatalog;
import io.github.npu4j.cli.console.Console;
import io.github.npu4j.cli.console.ExitCode;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.numeric.Pooling;
import io.github.npu4j.report.Json;
import io.github.npu4j.text.EncoderDescription;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "describe",
    description = {
      "Show what is known of an encoder and from which file, and keep it in its npu4j.json.",
      "Read are npu4j.json, then what sentence-transformers and transformers wrote beside the "
          + "model, then the graph. The options decide what no file says, or say otherwise."
    },
    footer = {"", "Exit code 4 if something is left undecided; nothing is written then."})
public final class DescribeCommand implements Callable<Integer> {

  /** The option that decides a field that can be left open. */
  private static final Map<String, String> OPTIONS =
      Map.of(
          "pooling", "--pooling mean",
          "normalized", "--normalize",
          "maximumLength", "--max-length 512");

  private final Console console;

  @Parameters(
      paramLabel = "NAME|FOLDER",
      description = "A model folder, or a model of npu4j models list, which is only shown.")
  String nameOrFolder = "";

  @Option(
      names = "--pooling",
      paramLabel = "WAY",
      split = ",",
      description =
          "How token vectors become one: mean, cls, last_token, max, weighted_mean or "
              + "mean_sqrt_len; several, with commas between, are put one behind the other.")
  @Nullable List<String> pooling;

  @Option(
      names = "--normalize",
      negatable = true,
      description = "Scale vectors to length 1, or (--no-normalize) leave them.")
  @Nullable Boolean normalize;

  @Option(
      names = "--output",
      paramLabel = "NAME",
      description = "The output of the graph that is the embedding, or is pooled to one.")
  @Nullable String output;

  @Option(
      names = "--dimensions",
      paramLabel = "COUNT",
      description = "Keep the first COUNT values of a vector.")
  @Nullable Integer dimensions;

  @Option(
      names = "--query-prefix",
      paramLabel = "TEXT",
      description = "What is put before a text that asks.")
  @Nullable String queryPrefix;

  @Option(
      names = "--passage-prefix",
      paramLabel = "TEXT",
      description = "What is put before a text that is searched.")
  @Nullable String passagePrefix;

  @Option(
      names = "--max-length",
      paramLabel = "TOKENS",
      description = "The most tokens that are read of a text, special tokens included.")
  @Nullable Integer maximumLength;

  @Option(names = "--json", description = "Report as JSON.")
  boolean json;

  public DescribeCommand(Console console) {
    this.console = console;
  }

  /** The report as data; the path is null where nothing was written. */
  record DescribeReport(
      Path folder,
      List<EncoderDescription.Fact> facts,
      List<String> undecided,
      List<String> notices,
      @Nullable Path written) {}

  @Override
  public Integer call() throws IOException {
    ModelFolder model = ModelCatalog.standard().open(nameOrFolder);
    // The folders of the catalog lie in the cache, whose entries are never changed.
    boolean ofCatalog = ModelCatalog.find(nameOrFolder).isPresent();
    EncoderDescription known;
    try {
      ModelDescription said = said();
      if (ofCatalog && !said.equals(ModelDescription.unknown())) {
        throw new BadInputException(
            "can't change the description of " + nameOrFolder,
            "it is a model of the catalog, whose folder stays as it was pulled",
            "Copy " + model.path() + " and describe the copy.");
      }
      known = EncoderDescription.of(model, said);
    } catch (IllegalArgumentException refused) {
      throw new BadInputException(
          "can't describe " + nameOrFolder, String.valueOf(refused.getMessage()), "");
    }
    Path written = null;
    ModelDescription description = known.description();
    boolean complete = known.undecided().isEmpty() && description.kind() != Kind.TENSORS;
    if (complete && !ofCatalog && !model.isBare() && !description.equals(model.description())) {
      ModelFolder.write(model.path()).description(description);
      written = model.path().resolve(ModelFolder.DESCRIPTION);
    }
    DescribeReport result =
        new DescribeReport(
            model.path(), known.facts(), known.undecided(), known.notices(), written);
    if (json) {
      Json.print(console.results(), result);
    } else {
      print(console.results(), result);
    }
    return known.undecided().isEmpty() ? ExitCode.DONE : ExitCode.BAD;
  }

  /** Returns what the options say. */
  private ModelDescription said() {
    VectorOutput used = VectorOutput.UNKNOWN;
    if (pooling != null) {
      used = used.withPooling(VectorOutput.poolings(pooling).toArray(Pooling[]::new));
    }
    if (normalize != null) {
      used = used.withNormalized(normalize);
    }
    if (output != null) {
      used = used.withName(output);
    }
    if (dimensions != null) {
      used = used.withDimensions(dimensions);
    }
    ModelDescription said = ModelDescription.unknown().withOutput(used);
    if (queryPrefix != null || passagePrefix != null) {
      said =
          said.withPrefixes(
              new Prefixes(
                  Optional.ofNullable(queryPrefix).orElse(""),
                  Optional.ofNullable(passagePrefix).orElse("")));
    }
    return maximumLength == null ? said : said.withMaximumLength(maximumLength);
  }

  private static void print(PrintStream out, DescribeReport result) {
    Map<String, EncoderDescription.Fact> last = new LinkedHashMap<>();
    result.facts().forEach(fact -> last.put(fact.field(), fact));
    last.values()
        .forEach(fact ->
            out.printf(Locale.ROOT, "%-14s %-40s %s%n", fact.field(), fact.value(), fact.source()));
    result.notices().forEach(notice -> out.println("note: " + notice));
    if (!result.undecided().isEmpty()) {
      out.println(
          "not decided by any file: "
              + String.join(", ", result.undecided())
              + "; "
              + remedy(result.folder(), result.undecided()));
    }
    if (result.written() != null) {
      out.println("kept in " + result.written());
    }
  }

  /** Returns the line that decides. */
  private static String remedy(Path folder, List<String> undecided) {
    return "decide with what the model's makers say, such as: npu4j describe "
        + folder
        + undecided.stream()
            .map(field -> " " + OPTIONS.getOrDefault(field, ""))
            .collect(Collectors.joining());
  }

  /**
   * Prints the line that decides, if a model was refused because something is undecided.
   *
   * @param nameOrPath the model that was to be opened
   */
  static void advise(String nameOrPath, Console console) {
    try {
      ModelFolder model = ModelCatalog.standard().open(nameOrPath);
      List<String> undecided = EncoderDescription.of(model, ModelDescription.unknown()).undecided();
      if (!undecided.isEmpty()) {
        console.notices().println("npu4j: " + remedy(model.path(), undecided));
      }
    } catch (NpuException | IllegalArgumentException other) {
      // The first error says what is wrong.
    }
  }
}
