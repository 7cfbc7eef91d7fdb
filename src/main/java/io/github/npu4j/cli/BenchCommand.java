package io.github.npu4j.cli;

import io.github.npu4j.catalog.ModelCatalog;
import io.github.npu4j.cli.Turns.Plan;
import io.github.npu4j.engine.Placement;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.seq2seq.Generation;
import io.github.npu4j.seq2seq.Seq2Seq;
import io.github.npu4j.seq2seq.Seq2SeqOptions;
import io.github.npu4j.text.Embedder;
import io.github.npu4j.text.EmbedderOptions;
import io.github.npu4j.text.Role;
import java.nio.file.Path;
import java.time.Duration;
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
    name = "bench",
    description = "Measure a model on the devices of this machine, side by side.",
    synopsisSubcommandLabel = "(t5 | embed)")
final class BenchCommand implements Callable<Integer> {

  private static final Duration WARM_UP = Duration.ofSeconds(2);

  private static final int T5_ROUNDS = 20;

  /** Enough for one text in a thousand to have a meaning. */
  private static final int EMBED_ROUNDS = 100;

  private final Console console;

  @Spec @Nullable CommandSpec spec;

  BenchCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    throw new ParameterException(
        Objects.requireNonNull(spec).commandLine(), "name what to measure: t5 or embed");
  }

  @Command(
      name = "t5",
      description = {
        "Measure how fast a T5 answers on the CPU, the GPU and the NPU of this machine.",
        "Each device that can run the model answers the sentences in turn with the others: those "
            + "of OUT/samples.txt, unless --sentences names others. A device that can't is \"not "
            + "available\", with the reason; the exit code is 0 if the CPU ran."
      },
      footer = {"", "Example: npu4j bench t5 out --device cpu,npu"})
  int t5(
      @Parameters(
              arity = "0..1",
              paramLabel = "OUT",
              description = "A model folder, as npu4j export makes it.")
          @Nullable Path folder,
      @Option(
              names = "--max-length",
              paramLabel = "N",
              description = "The most tokens of an answer, the end token counted.")
          @Nullable Integer longest,
      @Mixin BenchSettings settings,
      @Mixin Report report) {
    if (folder == null) {
      throw settings.usage(
          "name a model folder; npu4j export CHECKPOINT OUT makes one from a checkpoint");
    }
    if (longest != null && longest < 1) {
      throw settings.usage("--max-length is 1 or more");
    }
    Plan plan =
        new Plan(
            String.valueOf(folder.toAbsolutePath().normalize().getFileName()),
            settings.devices(),
            settings.sentences == null
                ? SampleSentences.of(folder)
                : SampleSentences.in(settings.sentences),
            settings.rounds(T5_ROUNDS),
            WARM_UP);
    T5Bench.Result result =
        T5Bench.run(
            plan, device -> OpenedT5.open(folder, device, settings, longest), System::nanoTime);
    report.print(console, result, out -> T5BenchTable.print(out, result));
    return ExitCode.DONE;
  }

  @Command(
      name = "embed",
      description = {
        "Measure how fast a model embeds texts on the CPU, the GPU and the NPU of this machine.",
        "Each device that can run the model embeds the sentences, one at a time, in turn with the "
            + "others. A device that can't is \"not available\", with the reason; the exit code is "
            + "0 if the CPU ran."
      },
      footer = {"", "Example: npu4j bench embed --model minilm --device cpu,npu"})
  int embed(
      @Option(
              names = "--model",
              paramLabel = "NAME|FOLDER",
              description = "A model of npu4j models list, or a model folder. Default: minilm.")
          @Nullable String named,
      @Mixin BenchSettings settings,
      @Mixin Report report) {
    String model = named == null ? ModelCatalog.defaultName() : named;
    List<String> texts =
        settings.sentences == null
            ? SampleSentences.builtIn()
            : SampleSentences.in(settings.sentences);
    Plan plan = new Plan(model, settings.devices(), texts, settings.rounds(EMBED_ROUNDS), WARM_UP);
    EmbedBench.Result result =
        EmbedBench.run(
            plan, device -> OpenedEmbedder.open(model, device, settings), System::nanoTime);
    report.print(console, result, out -> EmbedBench.print(out, result));
    return ExitCode.DONE;
  }

  /** A T5 in this process. */
  private record OpenedT5(Seq2Seq model, int longestAnswer) implements T5Run.Subject {

    static OpenedT5 open(
        Path folder, Device device, BenchSettings settings, @Nullable Integer longest) {
      Seq2Seq model = Seq2Seq.open(folder, Seq2SeqOptions.of(settings.open(device)));
      int wanted = longest == null ? model.defaults().maximumTokens() : longest;
      return new OpenedT5(model, Math.min(wanted, model.longestAnswer()));
    }

    @Override
    public Placement placement() {
      return model.placement();
    }

    @Override
    public Generation answer(String sentence, int most) {
      return model.generate(sentence, model.defaults().withMaximumTokens(most));
    }

    @Override
    public void close() {
      model.close();
    }
  }

  /** An embedding model in this process, and where its vectors go. */
  private record OpenedEmbedder(Embedder model, float[] vector) implements EmbedRun.Subject {

    static OpenedEmbedder open(String name, Device device, BenchSettings settings) {
      Embedder model = Embedder.open(name, EmbedderOptions.of(settings.open(device)));
      return new OpenedEmbedder(model, new float[model.dimensions()]);
    }

    @Override
    public Placement placement() {
      return model.placement();
    }

    @Override
    public float[] embed(String text) {
      model.embed(text, Role.NONE, vector, 0);
      return vector;
    }

    @Override
    public void close() {
      model.close();
    }
  }
}
