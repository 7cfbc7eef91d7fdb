package io.github.npu4j.cli.ship;

import io.github.npu4j.artifact.ModelDescription.Kind;
import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.cli.console.Console;
import io.github.npu4j.cli.console.ExitCode;
import io.github.npu4j.cli.console.ProgressBars;
import io.github.npu4j.cli.console.Report;
import io.github.npu4j.family.ExportRequest;
import io.github.npu4j.family.ExportedModel;
import io.github.npu4j.family.registry.Families;
import io.github.npu4j.report.Json;
import io.github.npu4j.store.files.WholeFolder.Existing;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "export",
    description = {
      "Export a checkpoint as a model folder, in Java alone: an encoder (BERT, DistilBERT, with or "
          + "without a head) or a T5 (T5, Flan-T5, mT5, ByT5).",
      "CHECKPOINT is the folder that save_pretrained wrote: config.json, the weights as "
          + "model.safetensors (or its shards, or pytorch_model.bin), and the tokenizer's files. "
          + "What sentence-transformers wrote beside them goes along. OUT/t5_nlu_full of a T5 is "
          + "what Hugging Face Optimum loads too."
    },
    footer = {
      "",
      "Exit code 4 if a file of the checkpoint is missing or damaged, or the architecture is not "
          + "known.",
      "Example: npu4j export models/t5-nlu out && npu4j compile out --soc x-elite"
    })
public final class ExportCommand implements Callable<Integer> {

  private final Console console;

  @Parameters(index = "0", paramLabel = "CHECKPOINT", description = "The checkpoint folder.")
  Path checkpoint = Path.of("");

  @Parameters(
      index = "1",
      paramLabel = "OUT",
      description = "The model folder to make; it must be new or empty.")
  Path target = Path.of("");

  @Option(
      names = "--replace",
      description = "Replace OUT if it is a model folder, with all that was compiled in it.")
  boolean replace;

  @Option(
      names = "--seq",
      paramLabel = "TOKENS",
      split = ",",
      description = "The lengths that a T5's encoder is to be compiled for. Default: 32,64.")
  List<Integer> buckets = List.of();

  @Option(
      names = "--max-length",
      paramLabel = "TOKENS",
      description =
          "The longest answer of a T5 on an NPU; on the CPU there is no limit. Default: 64.")
  @Nullable Integer maximumLength;

  @Option(names = "--json", description = "Report as JSON.")
  boolean json;

  public ExportCommand(Console console) {
    this.console = console;
  }

  /** The report as data. */
  record Report(
      Path folder,
      Map<String, Object> config,
      long checkpointBytes,
      List<ExportedModel.Written> files,
      List<String> notices,
      double millis,
      List<String> next) {}

  @Override
  public Integer call() throws IOException {
    long begin = System.nanoTime();
    ExportedModel result;
    try (ProgressBars progress = new ProgressBars(console)) {
      result =
          Families.export(
              new ExportRequest(
                  checkpoint,
                  target,
                  replace ? Existing.REPLACE : Existing.REFUSE,
                  buckets,
                  maximumLength == null ? OptionalInt.empty() : OptionalInt.of(maximumLength)),
              progress);
    }
    Report report =
        new Report(
            result.folder(),
            result.architecture(),
            result.checkpointBytes(),
            result.files(),
            result.notices(),
            (System.nanoTime() - begin) / 1e6,
            List.of("npu4j compile " + target + " --soc x-elite", tryOut(result.folder())));
    if (json) {
      Json.print(console.results(), report);
    } else {
      print(console.results(), result.summary(), report);
    }
    return ExitCode.DONE;
  }

  /** Returns the command that shows what the new model is good for. */
  private String tryOut(Path folder) {
    Kind kind = ModelFolder.open(folder).description().kind();
    return (kind == Kind.SEQ2SEQ ? "npu4j test " : "npu4j describe ") + target;
  }

  private static void print(PrintStream out, String summary, Report report) {
    out.printf(
        Locale.ROOT,
        "%s; %.1f MB of weights in %.1f s%n",
        summary,
        report.checkpointBytes / 1e6,
        report.millis / 1e3);
    for (ExportedModel.Written written : report.files) {
      Path file = report.folder.resolve(written.file());
      out.printf(Locale.ROOT, "%10.1f MB  %s%n", written.bytes() / 1e6, file);
    }
    for (String notice : report.notices) {
      out.println("note: " + notice);
    }
    out.println("next: " + String.join(", or: ", report.next));
  }
}
