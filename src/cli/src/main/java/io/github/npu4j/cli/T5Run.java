package io.github.npu4j.cli;

import io.github.npu4j.report.DeviceResult;
import io.github.npu4j.report.Samples;
import io.github.npu4j.report.Series;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.seq2seq.generation.Generation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A T5 on one device, and what was measured with it so far. */
final class T5Run extends DeviceRun<T5Run.Subject, Generation> {

  /** A T5 that answers on one device. */
  interface Subject extends DeviceRun.Subject {
    /** Returns the most tokens that an answer can have. */
    int longestAnswer();

    /** Answers a sentence by at most so many tokens. */
    Generation answer(String sentence, int most);
  }

  /** The series of whole answers, of each until the scores of its first token, and of the rest. */
  static final String ANSWER = "answer";

  static final String PREFILL = "prefill";

  /** Each token after the first; no such series if no answer had a second one. */
  static final String TOKEN = "token";

  /** What an answer allocates on the Java heap, by median, where the JVM counts it. */
  static final String BYTES = "bytesPerAnswer";

  static final String LENGTH = "tokensPerAnswer";

  /** Tokens of all answers by the whole time of all answers. */
  static final String RATE = "tokensPerSecond";

  /** To how many of the sentences the answer was the CPU's, token for token and in every round. */
  static final String EQUAL = "equalAnswers";

  private final Samples prefill = new Samples();
  private final Samples perToken = new Samples();

  /** The tokens of the answer to each sentence; null where they were not always the same. */
  private final List<@Nullable List<Integer>> answers = new ArrayList<>();

  private long tokens;
  private int most;

  /** Makes a run that is not open. */
  T5Run(Device device, Opener<Subject> opener, LongSupplier clock) {
    super(device, opener, clock);
  }

  /** Lets answers have so many tokens. */
  void limit(int mostTokens) {
    most = mostTokens;
  }

  @Override
  Generation answer(String text) {
    return subject().answer(text, most);
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
   * @param reference the run with the answers that count as right
   */
  DeviceResult result(T5Run reference) {
    int equal = 0;
    for (int i = 0; i < answers.size(); i++) {
      List<Integer> answer = answers.get(i);
      equal += answer != null && answer.equals(reference.answers.get(i)) ? 1 : 0;
    }
    List<Series> series = new ArrayList<>();
    series.add(whole(ANSWER));
    series.add(prefill.series(PREFILL, 1));
    if (!perToken.isEmpty()) {
      series.add(perToken.series(TOKEN, 1));
    }
    Map<String, Double> others = new LinkedHashMap<>();
    others.put(LENGTH, (double) tokens / count());
    others.put(RATE, perSecond(tokens));
    others.put(EQUAL, (double) equal);
    return result(figures(BYTES, others), List.of(firstUse(ANSWER)), series);
  }
}
