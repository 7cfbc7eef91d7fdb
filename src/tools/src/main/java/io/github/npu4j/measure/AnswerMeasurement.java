package io.github.npu4j.measure;

import io.github.npu4j.runtime.Device;
import io.github.npu4j.seq2seq.generation.Generation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A model that answers texts, on one device, and what was measured with it so far. */
final class AnswerMeasurement extends DeviceMeasurement<AnswerMeasurement.Answerer, Generation> {

  /** A model that answers on one device. */
  interface Answerer extends OpenModel {
    /** Returns the most tokens that an answer can have. */
    int longestAnswer();

    /** Answers a sentence by at most {@code most} tokens. */
    Generation answer(String sentence, int most);
  }

  private final Samples prefill = new Samples();
  private final Samples perToken = new Samples();

  /** The tokens of the answer to each sentence; null where they were not always the same. */
  private final List<@Nullable List<Integer>> answers = new ArrayList<>();

  private long tokens;
  private int most;

  /** Makes a measurement whose model is not open. */
  AnswerMeasurement(Device device, Opener<Answerer> opener, LongSupplier clock) {
    super(device, opener, clock);
  }

  /** Limits answers to {@code mostTokens} tokens. */
  void limit(int mostTokens) {
    most = mostTokens;
  }

  @Override
  Generation answer(String text) {
    return model().answer(text, most);
  }

  @Override
  void keep(int text, Generation answer) {
    tokens += answer.ids().size();
    prefill.record(answer.timings().prefillNanos());
    if (answer.timings().steps() > 0) {
      perToken.record(answer.timings().nanosPerStep());
    }
    if (text == answers.size()) {
      answers.add(answer.ids());
    } else if (!answer.ids().equals(answers.get(text))) {
      answers.set(text, null);
    }
  }

  /**
   * Returns what was measured after at least one round.
   *
   * @param reference the measurement with the answers that count as right
   */
  DeviceResult result(AnswerMeasurement reference) {
    int equal = 0;
    for (int i = 0; i < answers.size(); i++) {
      List<Integer> answer = answers.get(i);
      equal += answer != null && answer.equals(reference.answers.get(i)) ? 1 : 0;
    }
    List<Series> series = new ArrayList<>();
    series.add(whole(AnswerBenchmark.ANSWER));
    series.add(prefill.series(AnswerBenchmark.PREFILL, 1));
    if (!perToken.isEmpty()) {
      series.add(perToken.series(AnswerBenchmark.TOKEN, 1));
    }
    Map<String, Double> others = new LinkedHashMap<>();
    others.put(AnswerBenchmark.LENGTH, (double) tokens / count());
    others.put(AnswerBenchmark.RATE, perSecond(tokens));
    others.put(AnswerBenchmark.EQUAL, (double) equal);
    return result(
        figures(AnswerBenchmark.BYTES, others), List.of(firstUse(AnswerBenchmark.ANSWER)), series);
  }
}
