package io.github.npu4j.cli.ship;

import io.github.npu4j.artifact.Manifest;
import io.github.npu4j.artifact.ModelDescription;
import io.github.npu4j.cli.console.Console;
import io.github.npu4j.cli.console.ExitCode;
import io.github.npu4j.compile.AdoptRequest;
import io.github.npu4j.compile.Adopter;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.numeric.Pooling;
import io.github.npu4j.report.Json;
import io.github.npu4j.runtime.NativeRuntime;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "adopt",
    description = {
      "Make a model folder of a context binary from elsewhere: AI Hub, the QAIRT tools, ONNX "
          + "Runtime.",
      "The first load is in a process of its own. Graphs keep their names; several graphs in a "
          + "file are its buckets."
    },
    footer = {
      "",
      "Exit code 4 if the file is damaged, or is something else. A DLC is not compiled yet: see "
          + "what the error says.",
      "Example: npu4j adopt downloaded.zip -o folder --tokenizer tokenizer.json --pooling mean"
    })
public final class AdoptCommand implements Callable<Integer> {

  private final Console console;

  @Parameters(
      paramLabel = "FILE",
      description =
          "A context binary (.bin), an EPContext model (.onnx), or a .zip of these; with"
              + " --tokenizer or --pooling also a plain ONNX model, to be compiled later.")
  Path file = Path.of("");

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FOLDER",
      required = true,
      description = "The model folder to make, or to add to.")
  Path output = Path.of("");

  @Option(names = "--tokenizer", paramLabel = "FILE", description = "Its tokenizer.json.")
  @Nullable Path tokenizer;

  @Option(
      names = "--pooling",
      paramLabel = "POOLING",
      description =
          "It is an embedding model whose token vectors become one by ${COMPLETION-CANDIDATES}.")
  @Nullable Pooling pooling;

  @Option(
      names = "--not-normalized",
      description = "Leave the pooled vector at its length; without it, it is scaled to 1.")
  boolean notNormalized;

  @Option(
      names = "--query-prefix",
      paramLabel = "TEXT",
      description = "What goes before a query; with --pooling.")
  @Nullable String queryPrefix;

  @Option(
      names = "--passage-prefix",
      paramLabel = "TEXT",
      description = "What goes before a passage; with --pooling.")
  @Nullable String passagePrefix;

  @Option(
      names = "--max-length",
      paramLabel = "TOKENS",
      defaultValue = "0",
      description = "The most tokens the model takes, if less than its largest graph.")
  int maximumLength;

  @Option(
      names = "--model",
      paramLabel = "FILE",
      description = "The ONNX model it was made from: runs on the CPU, and is what parity needs.")
  @Nullable Path model;

  @Option(names = "--json", description = "Report as JSON.")
  boolean json;

  public AdoptCommand(Console console) {
    this.console = console;
  }

  /** The report as data. */
  record AdoptReport(Path folder, List<Row> contexts) {}

  /** An adopted context binary as the report shows it. */
  record Row(
      String name,
      Path file,
      long bytes,
      Manifest.Soc soc,
      String qairt,
      List<String> graphs,
      boolean sharedWeights,
      String notLoaded) {}

  @Override
  public Integer call() {
    List<Row> rows =
        new Adopter(NativeRuntime.find())
            .adopt(request(), output).stream().map(AdoptCommand::row).toList();
    if (json) {
      Json.print(console.results(), new AdoptReport(output, rows));
    } else {
      rows.forEach(this::print);
      if (rows.isEmpty()) {
        console.results().println(output + ": an ONNX model, which runs on the CPU");
        console.notices().println("npu4j compile " + output + " makes it one for the NPU");
      }
    }
    return ExitCode.DONE;
  }

  private AdoptRequest request() {
    AdoptRequest request = AdoptRequest.of(file);
    if (tokenizer != null) {
      request = request.withTokenizer(tokenizer);
    }
    if (model != null) {
      request = request.withModel(model);
    }
    boolean prefixed = queryPrefix != null || passagePrefix != null;
    if (pooling == null) {
      if (prefixed) {
        throw new BadInputException(
            "prefixes are for embedding models",
            "and nothing says that " + file.getFileName() + " is one",
            "Give --pooling too.");
      }
      return request;
    }
    request = request.asEmbedding(pooling, !notNormalized);
    if (prefixed) {
      request =
          request.withPrefixes(
              new ModelDescription.Prefixes(
                  queryPrefix == null ? "" : queryPrefix,
                  passagePrefix == null ? "" : passagePrefix));
    }
    return maximumLength > 0 ? request.withMaximumLength(maximumLength) : request;
  }

  private static Row row(Adopter.Adopted adopted) {
    Manifest manifest = adopted.manifest();
    return new Row(
        adopted.name(),
        adopted.binary(),
        manifest.digest().size(),
        manifest.soc(),
        manifest.versions().qairt(),
        manifest.graphs().stream().map(Manifest.Graph::name).toList(),
        manifest.sharedWeights(),
        adopted.notLoaded());
  }

  private void print(Row row) {
    console
        .results()
        .printf(
            Locale.ROOT,
            "%s: %.1f MB for %s, QAIRT %s, graphs %s%s%n",
            row.file,
            row.bytes / 1e6,
            row.soc.name(),
            row.qairt,
            String.join(", ", row.graphs),
            row.sharedWeights ? ", shared weights" : "");
    if (!row.notLoaded.isEmpty()) {
      console.notices().println("it can't be loaded on this machine: " + row.notLoaded);
    }
  }
}
