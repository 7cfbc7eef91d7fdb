package io.github.npu4j.cli.bench;

import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.catalog.ModelCatalog;
import io.github.npu4j.cli.console.Console;
import io.github.npu4j.cli.console.ExitCode;
import io.github.npu4j.cli.console.Notices;
import io.github.npu4j.cli.options.SentenceSettings;
import io.github.npu4j.measure.BenchmarkResult;
import io.github.npu4j.measure.EmbedBenchmark;
import io.github.npu4j.report.MeasuredModel;
import io.github.npu4j.report.SampleSentences;
import io.github.npu4j.text.Embedder;
import io.github.npu4j.text.EmbedderOptions;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "embed",
    description = {
      "Measure how fast a model embeds texts on the CPU, the GPU and the NPU of this machine.",
      "Each device that can run the model embeds the sentences, one at a time and then in batches, "
          + "in turn with the others. A device that can't is \"not available\", with the reason; "
          + "the exit code is 0 if the CPU ran."
    },
    footer = {"", "Example: npu4j bench embed --model minilm --device cpu,npu"})
final class BenchEmbedCommand implements Callable<Integer> {

  /** Enough for one text in a thousand to have a meaning. */
  private static final int ROUNDS = 100;

  private static final int LARGEST_BATCH = 100_000;

  private final Console console;

  @Option(
      names = "--model",
      paramLabel = "NAME|FOLDER",
      description = "A model of npu4j models list, or a model folder. Default: minilm.")
  @Nullable String named;

  @Mixin BenchSettings settings = new BenchSettings();

  @Mixin SentenceSettings texts = new SentenceSettings();

  @Option(
      names = "--batch",
      split = ",",
      paramLabel = "TEXTS",
      description = "How many texts to give at once, beside one. Default: 8,32; 1 for no more.")
  List<Integer> batches = List.of(8, 32);

  @Mixin BenchReport report = new BenchReport();

  BenchEmbedCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    report.begin(EmbedBenchmark.NAME);
    if (batches.stream().anyMatch(size -> size < 1 || size > LARGEST_BATCH)) {
      throw settings.usage("--batch is from 1 to " + LARGEST_BATCH);
    }
    List<Integer> several = batches.stream().filter(size -> size > 1).distinct().toList();
    String model = named == null ? ModelCatalog.defaultName() : named;
    ModelFolder folder = ModelCatalog.standard().open(model);
    settings.verify(folder.path());
    MeasuredModel measured = MeasuredModel.of(model, folder);
    List<String> sentences =
        texts.sentences == null ? SampleSentences.builtIn() : SampleSentences.in(texts.sentences);
    BenchmarkResult result =
        EmbedBenchmark.measure(
            settings.plan(settings.devicesAfterCpu(), sentences, ROUNDS),
            several,
            device ->
                Embedder.open(model, EmbedderOptions.defaults().withModel(settings.open(device))),
            Notices.measuring(console));
    report.print(console, measured, result, EmbedBenchTable::print);
    return ExitCode.DONE;
  }
}
