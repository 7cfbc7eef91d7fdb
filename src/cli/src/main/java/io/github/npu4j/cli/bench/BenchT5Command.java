package io.github.npu4j.cli.bench;

import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.cli.console.Console;
import io.github.npu4j.cli.console.ExitCode;
import io.github.npu4j.cli.console.Notices;
import io.github.npu4j.cli.options.SentenceSettings;
import io.github.npu4j.measure.AnswerBenchmark;
import io.github.npu4j.measure.BenchmarkResult;
import io.github.npu4j.report.MeasuredModel;
import io.github.npu4j.report.SampleSentences;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.seq2seq.Seq2Seq;
import io.github.npu4j.seq2seq.Seq2SeqOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "t5",
    description = {
      "Measure how fast a T5 answers on the CPU, the GPU and the NPU of this machine.",
      "Each device that can run the model answers the sentences in turn with the others: those of "
          + "OUT/samples.txt, unless --sentences names others. A device that can't is \"not "
          + "available\", with the reason; the exit code is 0 if the CPU ran."
    },
    footer = {"", "Example: npu4j bench t5 out --device cpu,npu"})
final class BenchT5Command implements Callable<Integer> {

  private static final int ROUNDS = 20;

  private final Console console;

  @Parameters(
      arity = "0..1",
      paramLabel = "OUT",
      description = "A model folder, as npu4j export makes it.")
  @Nullable Path folder;

  @Option(names = "--model", paramLabel = "OUT", description = "The same, as an option.")
  @Nullable Path named;

  @Option(
      names = "--max-length",
      paramLabel = "N",
      description = "The most tokens of an answer, the end token counted.")
  @Nullable Integer longest;

  @Mixin BenchSettings settings = new BenchSettings();

  @Mixin SentenceSettings texts = new SentenceSettings();

  @Mixin BenchReport report = new BenchReport();

  BenchT5Command(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    report.begin(AnswerBenchmark.NAME);
    Path model = model();
    if (longest != null && longest < 1) {
      throw settings.usage("--max-length is 1 or more");
    }
    List<Device> devices = settings.devicesAfterCpu();
    List<String> sentences =
        texts.sentences == null ? SampleSentences.of(model) : SampleSentences.in(texts.sentences);
    String name = String.valueOf(model.toAbsolutePath().normalize().getFileName());
    settings.verify(model);
    MeasuredModel measured = MeasuredModel.of(name, ModelFolder.open(model));
    BenchmarkResult result =
        AnswerBenchmark.measure(
            settings.plan(devices, sentences, ROUNDS),
            longest == null ? OptionalInt.empty() : OptionalInt.of(longest),
            device ->
                Seq2Seq.open(model, Seq2SeqOptions.defaults().withModel(settings.open(device))),
            Notices.measuring(console));
    report.print(console, measured, result, AnswerBenchTable::print);
    return ExitCode.DONE;
  }

  private Path model() {
    if (folder != null && named != null) {
      throw settings.usage("name the model folder once, as OUT or by --model");
    }
    Path model = folder == null ? named : folder;
    if (model == null) {
      throw settings.usage(
          "name a model folder; npu4j export CHECKPOINT OUT makes one from a checkpoint");
    }
    return model;
  }
}
