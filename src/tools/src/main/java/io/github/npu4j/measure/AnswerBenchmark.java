package io.github.npu4j.measure;

import io.github.npu4j.engine.Placement;
import io.github.npu4j.measure.DeviceMeasurement.Opener;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.seq2seq.Seq2Seq;
import io.github.npu4j.seq2seq.generation.Generation;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Answers the same texts on several devices, with a model that turns texts into texts, and measures
 * each.
 */
public final class AnswerBenchmark {

  /** The name of the benchmark; records that users saved have it, whatever the model is. */
  public static final String NAME = "t5";

  /** The setting of the most tokens that an answer could have, on all devices. */
  public static final String LONGEST = "mostTokensAnAnswer";

  /** The series of whole answers. */
  public static final String ANSWER = "answer";

  /** The series of each answer until the scores of its first token. */
  public static final String PREFILL = "prefill";

  /** The series of each token after the first; missing if no answer had a second one. */
  public static final String TOKEN = "token";

  /** The figure of what an answer allocates on the Java heap, by median, where it is counted. */
  public static final String BYTES = "bytesPerAnswer";

  /** The figure of the mean length of an answer. */
  public static final String LENGTH = "tokensPerAnswer";

  /** The figure of the tokens of all answers by the whole time of all answers. */
  public static final String RATE = "tokensPerSecond";

  /** The figure of how many texts got the CPU's answer, token for token and in every round. */
  public static final String EQUAL = "equalAnswers";

  private AnswerBenchmark() {}

  /**
   * Measures how a model answers.
   *
   * @param plan with the CPU as its first device, and texts as its inputs
   * @param mostTokens the most tokens of an answer, the end token counted; empty for the model's
   *     own. No device's answers are longer than any other's can be
   * @param opener opens the model on a device; it is closed here
   * @return a result for each device; one that can't run the model has the reason
   * @throws io.github.npu4j.error.NpuException if the CPU can't run the model
   * @throws IllegalArgumentException if the CPU is not the first of the devices
   * @throws java.util.concurrent.CancellationException if the thread was interrupted
   */
  public static BenchmarkResult measure(
      BenchmarkPlan plan,
      OptionalInt mostTokens,
      Function<Device, Seq2Seq> opener,
      BenchmarkProgress progress) {
    return measure(
        plan, device -> Opened.of(opener.apply(device), mostTokens), System::nanoTime, progress);
  }

  /**
   * Measures whatever answers.
   *
   * @param clock gives nanoseconds, as {@link System#nanoTime()} does
   */
  static BenchmarkResult measure(
      BenchmarkPlan plan,
      Opener<AnswerMeasurement.Answerer> opener,
      LongSupplier clock,
      BenchmarkProgress progress) {
    plan.requireCpuFirst();
    try (InterleavedBenchmark<AnswerMeasurement> benchmark =
        new InterleavedBenchmark<>(
            plan,
            Set.of(Device.CPU),
            device -> new AnswerMeasurement(device, opener, clock),
            clock,
            progress)) {
      benchmark.open();
      List<AnswerMeasurement> open = benchmark.running();
      // What is compiled for the NPU has a fixed length: times of longer answers elsewhere would
      // not be those of the same work.
      int most = open.stream().mapToInt(one -> one.model().longestAnswer()).min().orElseThrow();
      open.forEach(one -> one.limit(most));
      benchmark.measure();
      Map<String, String> settings = BenchmarkResult.textSettings(plan, benchmark.rounds());
      settings.put(LONGEST, Integer.toString(most));
      return new BenchmarkResult(
          NAME, settings, benchmark.results(one -> one.result(benchmark.first())));
    }
  }

  /** An open model, and the most tokens that its answers can have here. */
  private record Opened(Seq2Seq seq2seq, int longestAnswer) implements AnswerMeasurement.Answerer {

    static Opened of(Seq2Seq model, OptionalInt mostTokens) {
      int wanted = mostTokens.orElse(model.defaults().maximumTokens());
      return new Opened(model, Math.min(wanted, model.maxNewTokens()));
    }

    @Override
    public Placement placement() {
      return seq2seq.placement();
    }

    @Override
    public Generation answer(String text, int most) {
      return seq2seq.generate(text, seq2seq.defaults().withMaximumTokens(most));
    }

    @Override
    public void close() {
      seq2seq.close();
    }
  }
}
