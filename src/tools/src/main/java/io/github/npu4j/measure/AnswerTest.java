package io.github.npu4j.measure;

import io.github.npu4j.engine.PassedOver;
import io.github.npu4j.engine.Placement;
import io.github.npu4j.seq2seq.Seq2Seq;
import io.github.npu4j.seq2seq.generation.Generation;
import io.github.npu4j.seq2seq.generation.GenerationOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CancellationException;
import org.HdrHistogram.Histogram;

/** Answers sentences once each, and looks at what came of it. */
public final class AnswerTest {

  /** Decimal digits that a time is exact to. */
  private static final int DIGITS = 3;

  private AnswerTest() {}

  /**
   * Answers sentences of which nobody knows the right answers.
   *
   * @param opened how long it took to open the model, for the report
   * @param sentences one at least
   * @throws CancellationException if the thread was interrupted, after the answer in progress
   */
  public static AnswerReport answer(
      Seq2Seq model, GenerationOptions options, Duration opened, List<String> sentences) {
    return answer(model, options, opened, sentences, List.of(), 0);
  }

  /**
   * Answers sentences and compares the answers with those that are expected.
   *
   * @param opened how long it took to open the model, for the report
   * @param pairs one at least
   * @param failures how many failures to keep
   * @throws CancellationException if the thread was interrupted, after the answer in progress
   */
  public static AnswerReport compare(
      Seq2Seq model,
      GenerationOptions options,
      Duration opened,
      List<HeldOut.Pair> pairs,
      int failures) {
    List<String> sentences = pairs.stream().map(HeldOut.Pair::sentence).toList();
    return answer(model, options, opened, sentences, pairs, failures);
  }

  private static AnswerReport answer(
      Seq2Seq model,
      GenerationOptions options,
      Duration opened,
      List<String> sentences,
      List<HeldOut.Pair> pairs,
      int failures) {
    Histogram prefill = new Histogram(DIGITS);
    Histogram perToken = new Histogram(DIGITS);
    Histogram whole = new Histogram(DIGITS);
    Generation first = model.generate(sentences.getFirst(), options);
    List<AnswerReport.Sample> samples = new ArrayList<>();
    for (String sentence : sentences) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("interrupted after " + samples.size() + " answers");
      }
      Generation answer = model.generate(sentence, options);
      prefill.recordValue(answer.timings().prefillNanos());
      whole.recordValue(answer.timings().totalNanos());
      if (answer.timings().steps() > 0) {
        perToken.recordValue(answer.timings().nanosPerStep());
      }
      samples.add(
          new AnswerReport.Sample(
              sentence,
              answer.text(),
              answer.ending().name().toLowerCase(Locale.ROOT),
              answer.timings().totalNanos() / 1e6));
    }
    Placement placement = model.placement();
    return new AnswerReport(
        model.name(),
        placement.device().toString(),
        placement.engine().label(),
        placement.detail(),
        placement.passedOver().stream().map(PassedOver::toString).toList(),
        opened.toNanos() / 1e6,
        first.timings().totalNanos() / 1e6,
        AnswerReport.HalfAndTail.of(prefill),
        AnswerReport.HalfAndTail.of(perToken),
        AnswerReport.HalfAndTail.of(whole),
        samples,
        pairs.isEmpty()
            ? null
            : HeldOut.score(
                pairs, samples.stream().map(AnswerReport.Sample::answer).toList(), failures));
  }
}
