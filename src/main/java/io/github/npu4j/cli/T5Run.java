package io.github.npu4j.cli;

import io.github.npu4j.engine.Placement;
import io.github.npu4j.report.Percentiles;
import io.github.npu4j.report.Samples;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.seq2seq.Generation;
import java.util.ArrayList;
import java.util.List;
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

  /**
   * What a device took; times in milliseconds.
   *
   * @param load until the model was open
   * @param first the first answer after that
   * @param whole from the sentence to the answer
   * @param prefill of it until the scores of the first token
   * @param perToken each token after the first; {@code null} if no answer had a second one
   * @param tokensPerSecond tokens of all answers by the whole time of all answers
   * @param bytesPerAnswer what an answer allocates on the Java heap, on average; {@code null} if
   *     this JVM does not count it
   * @param equalAnswers to how many of the sentences the answer was the CPU's, token for token and
   *     in every round
   */
  record Figures(
      String engine,
      String detail,
      double load,
      double first,
      Percentiles whole,
      Percentiles prefill,
      @Nullable Percentiles perToken,
      double tokensPerAnswer,
      double tokensPerSecond,
      @Nullable Long bytesPerAnswer,
      int equalAnswers) {}

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
  Figures figures(T5Run reference) {
    Placement placement = subject().placement();
    int equal = 0;
    for (int i = 0; i < answers.size(); i++) {
      List<Integer> answer = answers.get(i);
      equal += answer != null && answer.equals(reference.answers.get(i)) ? 1 : 0;
    }
    return new Figures(
        placement.engine().label(),
        placement.detail(),
        loadMillis(),
        firstMillis(),
        whole(),
        prefill.percentiles().orElseThrow(),
        perToken.percentiles().orElse(null),
        (double) tokens / count(),
        perSecond(tokens),
        bytesPerAnswer(),
        equal);
  }
}
