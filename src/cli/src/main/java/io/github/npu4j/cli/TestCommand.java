package io.github.npu4j.cli;

import io.github.npu4j.engine.PassedOver;
import io.github.npu4j.engine.Placement;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.seq2seq.Seq2Seq;
import io.github.npu4j.seq2seq.Seq2SeqOptions;
import io.github.npu4j.seq2seq.generation.Generation;
import io.github.npu4j.seq2seq.generation.GenerationOptions;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "test",
    description = {
      "Answer sample sentences with a model that turns texts into texts, and measure it.",
      "The sentences are the lines of OUT/samples.txt, else built in. With --heldout they come "
          + "with the answers that are expected, and the share that is right is measured too."
    },
    footer = {
      "",
      "Exit code 1 if a share is below --min-exact or --min-intent.",
      "Example: npu4j test out --npu"
    })
final class TestCommand implements Callable<Integer> {

  private final Console console;

  @Parameters(paramLabel = "OUT", description = "A model folder, as npu4j export makes it.")
  Path folder = Path.of("");

  @Mixin ModelOptions where = new ModelOptions();

  @Mixin GenerationSettings settings = new GenerationSettings();

  @Option(
      names = "--heldout",
      paramLabel = "FILE.tsv",
      description = "Answer these sentences: SENTENCE, a tab and the expected answer on each line.")
  @Nullable Path heldOut;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "With --heldout, answer only the first N sentences.")
  int limit = Integer.MAX_VALUE;

  @Option(
      names = "--failures",
      paramLabel = "N",
      description = "With --heldout, show the first N failures. Default: ${DEFAULT-VALUE}.")
  int failures = 5;

  @Option(
      names = "--min-exact",
      paramLabel = "PERCENT",
      description = "With --heldout, the least share of answers that are the expected text.")
  double leastExact;

  @Option(
      names = "--min-intent",
      paramLabel = "PERCENT",
      description = "With --heldout, the least share of answers with the expected intent.")
  double leastIntent;

  @Mixin Report report = new Report();

  TestCommand(Console console) {
    this.console = console;
  }

  /** The report as data; milliseconds, an answer that was run first not counted. */
  record Result(
      String model,
      String device,
      String engine,
      String detail,
      List<String> passedOver,
      double openMillis,
      double firstMillis,
      Percentiles prefill,
      Percentiles perToken,
      Percentiles whole,
      List<Sample> samples,
      HeldOut.@Nullable Score heldOut) {}

  /** One sentence and its answer. */
  record Sample(String sentence, String answer, String ending, double millis) {}

  /** Half and nine tenths of the figures are not above these. */
  record Percentiles(double p50, double p90) {
    static Percentiles of(Histogram nanos) {
      return new Percentiles(
          nanos.getValueAtPercentile(50) / 1e6, nanos.getValueAtPercentile(90) / 1e6);
    }
  }

  @Override
  public Integer call() {
    List<HeldOut.Pair> pairs = heldOut == null ? List.of() : HeldOut.read(heldOut);
    pairs = pairs.subList(0, Math.clamp(limit, 0, pairs.size()));
    long begin = System.nanoTime();
    try (Seq2Seq model = Seq2Seq.open(folder, Seq2SeqOptions.defaults().withModel(where.open()))) {
      long opened = System.nanoTime() - begin;
      where.announce(model.placement(), console);
      GenerationOptions options = settings.options(model.defaults());
      List<String> sentences =
          heldOut == null
              ? SampleSentences.of(folder)
              : pairs.stream().map(HeldOut.Pair::sentence).toList();
      Result result = measure(model, options, sentences, pairs, opened);
      report.print(console, result, out -> print(out, result, model));
      return isGood(result) ? ExitCode.DONE : ExitCode.CHECK_FAILED;
    }
  }

  private Result measure(
      Seq2Seq model,
      GenerationOptions options,
      List<String> sentences,
      List<HeldOut.Pair> pairs,
      long openNanos) {
    Histogram prefill = new Histogram(3);
    Histogram perToken = new Histogram(3);
    Histogram whole = new Histogram(3);
    Generation first = model.generate(sentences.getFirst(), options);
    List<Sample> samples = new ArrayList<>();
    for (String sentence : sentences) {
      Generation answer = model.generate(sentence, options);
      prefill.recordValue(answer.timings().prefillNanos());
      whole.recordValue(answer.timings().totalNanos());
      if (answer.timings().steps() > 0) {
        perToken.recordValue(answer.timings().nanosPerStep());
      }
      samples.add(
          new Sample(
              sentence,
              answer.text(),
              answer.ending().name().toLowerCase(Locale.ROOT),
              answer.timings().totalNanos() / 1e6));
    }
    Placement placement = model.placement();
    return new Result(
        model.name(),
        placement.device().toString(),
        placement.engine().label(),
        placement.detail(),
        placement.passedOver().stream().map(PassedOver::toString).toList(),
        openNanos / 1e6,
        first.timings().totalNanos() / 1e6,
        Percentiles.of(prefill),
        Percentiles.of(perToken),
        Percentiles.of(whole),
        samples,
        pairs.isEmpty()
            ? null
            : HeldOut.score(pairs, samples.stream().map(Sample::answer).toList(), failures));
  }

  private boolean isGood(Result result) {
    HeldOut.Score score = result.heldOut;
    return score == null
        || (score.exactPercent() >= leastExact && score.intentPercent() >= leastIntent);
  }

  private void print(PrintStream out, Result result, Seq2Seq model) {
    if (result.heldOut == null) {
      for (Sample sample : result.samples) {
        out.printf(
            Locale.ROOT, "%s%n  -> %s  (%.1f ms)%n", sample.sentence, sample.answer, sample.millis);
      }
    }
    out.println("ran on   " + model.placement());
    out.printf(
        Locale.ROOT,
        "opened   %.1f ms, first answer %.1f ms%n",
        result.openMillis,
        result.firstMillis);
    row(out, "prefill", result.prefill);
    row(out, "a token", result.perToken);
    row(out, "whole", result.whole);
    if (model.placement().device() == Device.EMULATOR) {
      out.println("         the emulator's times say nothing about an NPU");
    }
    if (result.heldOut != null) {
      print(out, result.heldOut);
    }
  }

  private static void row(PrintStream out, String name, Percentiles millis) {
    out.printf(Locale.ROOT, "%-8s p50 %.2f ms, p90 %.2f ms%n", name, millis.p50, millis.p90);
  }

  private void print(PrintStream out, HeldOut.Score score) {
    out.printf(
        Locale.ROOT,
        "exact    %d of %d, %.2f %%%s%n",
        score.exact(),
        score.sentences(),
        score.exactPercent(),
        score.exactPercent() < leastExact ? ", below " + leastExact + " %" : "");
    if (score.intents() > 0) {
      out.printf(
          Locale.ROOT,
          "intent   %d of %d, %.2f %%%s%n",
          score.rightIntents(),
          score.intents(),
          score.intentPercent(),
          score.intentPercent() < leastIntent ? ", below " + leastIntent + " %" : "");
    }
    for (HeldOut.Failure failure : score.firstFailures()) {
      out.printf(
          "failed   %s%n  expected %s%n  answered %s%n",
          failure.sentence(), failure.expected(), failure.answer());
    }
  }
}
