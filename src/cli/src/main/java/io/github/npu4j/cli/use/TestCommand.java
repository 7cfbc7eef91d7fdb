package io.github.npu4j.cli.use;

import io.github.npu4j.cli.console.Console;
import io.github.npu4j.cli.console.ExitCode;
import io.github.npu4j.cli.console.Report;
import io.github.npu4j.cli.options.GenerationSettings;
import io.github.npu4j.cli.options.ModelOptions;
import io.github.npu4j.measure.AnswerReport;
import io.github.npu4j.measure.AnswerTest;
import io.github.npu4j.measure.HeldOut;
import io.github.npu4j.report.SampleSentences;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.seq2seq.Seq2Seq;
import io.github.npu4j.seq2seq.Seq2SeqOptions;
import io.github.npu4j.seq2seq.generation.GenerationOptions;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
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
public final class TestCommand implements Callable<Integer> {

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

  public TestCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    List<HeldOut.Pair> pairs = heldOut == null ? List.of() : HeldOut.read(heldOut);
    pairs = pairs.subList(0, Math.clamp(limit, 0, pairs.size()));
    long begin = System.nanoTime();
    try (Seq2Seq model = Seq2Seq.open(folder, Seq2SeqOptions.defaults().withModel(where.open()))) {
      Duration opened = Duration.ofNanos(System.nanoTime() - begin);
      where.announce(model.placement(), console);
      GenerationOptions options = settings.options(model.defaults());
      AnswerReport result =
          pairs.isEmpty()
              ? AnswerTest.answer(model, options, opened, SampleSentences.of(folder))
              : AnswerTest.compare(model, options, opened, pairs, failures);
      report.print(console, result, out -> print(out, result, model));
      return isGood(result) ? ExitCode.DONE : ExitCode.CHECK_FAILED;
    }
  }

  private boolean isGood(AnswerReport result) {
    HeldOut.Score score = result.heldOut();
    return score == null
        || (score.exactPercent() >= leastExact && score.intentPercent() >= leastIntent);
  }

  private void print(PrintStream out, AnswerReport result, Seq2Seq model) {
    if (result.heldOut() == null) {
      for (AnswerReport.Sample sample : result.samples()) {
        out.printf(
            Locale.ROOT,
            "%s%n  -> %s  (%.1f ms)%n",
            sample.sentence(),
            sample.answer(),
            sample.millis());
      }
    }
    out.println("ran on   " + model.placement());
    out.printf(
        Locale.ROOT,
        "opened   %.1f ms, first answer %.1f ms%n",
        result.openMillis(),
        result.firstMillis());
    row(out, "prefill", result.prefill());
    row(out, "a token", result.perToken());
    row(out, "whole", result.whole());
    if (model.placement().device() == Device.EMULATOR) {
      out.println("         the emulator's times say nothing about an NPU");
    }
    if (result.heldOut() != null) {
      print(out, result.heldOut());
    }
  }

  private static void row(PrintStream out, String name, AnswerReport.HalfAndTail millis) {
    out.printf(Locale.ROOT, "%-8s p50 %.2f ms, p90 %.2f ms%n", name, millis.p50(), millis.p90());
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
