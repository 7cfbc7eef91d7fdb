package io.github.npu4j.cli;

import io.github.npu4j.engine.Placement;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.report.Percentiles;
import io.github.npu4j.report.Samples;
import io.github.npu4j.report.ThreadAllocation;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.seq2seq.Generation;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** One device of a benchmark: the model there, and what was measured with it so far. */
final class T5Run implements AutoCloseable {

  private static final double NANOS_IN_MILLI = 1e6;

  /** A model that answers on one device. */
  interface Subject extends AutoCloseable {
    Placement placement();

    /** Returns the most tokens that an answer can have. */
    int longestAnswer();

    /** Answers a sentence by at most so many tokens. */
    Generation answer(String sentence, int most);

    @Override
    void close();
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

  private final Device device;
  private final LongSupplier clock;
  private final Samples whole = new Samples();
  private final Samples prefill = new Samples();
  private final Samples perToken = new Samples();

  /** The tokens of the answer to each sentence; null where they were not always the same. */
  private final List<@Nullable List<Integer>> answers = new ArrayList<>();

  private @Nullable Subject subject;
  private String reason = "";
  private long loadNanos;
  private long firstNanos;
  private long wholeNanos;
  private long tokens;
  private int count;
  private long allocated;
  private boolean allocationKnown = true;

  /**
   * Makes a run that is not open.
   *
   * @param clock gives nanoseconds, as {@link System#nanoTime()} does
   */
  T5Run(Device device, LongSupplier clock) {
    this.device = device;
    this.clock = clock;
  }

  Device device() {
    return device;
  }

  /** Returns whether the device takes part. */
  boolean runs() {
    return subject != null;
  }

  /** Returns why the device takes no part; empty if it does. */
  String reason() {
    return reason;
  }

  /** Opens the model. */
  void open(T5Bench.Opener opener) {
    long begin = clock.getAsLong();
    subject = opener.open(device);
    loadNanos = clock.getAsLong() - begin;
  }

  int longestAnswer() {
    return open().longestAnswer();
  }

  /** Answers sentences for so long, at least one; only the first answer's time is kept. */
  void warmUp(List<String> sentences, int most, long nanos) {
    long begin = clock.getAsLong();
    open().answer(sentences.getFirst(), most);
    firstNanos = clock.getAsLong() - begin;
    for (int i = 1; clock.getAsLong() - begin < nanos; i++) {
      open().answer(sentences.get(i % sentences.size()), most);
    }
  }

  /** Answers each sentence once, and measures it. */
  void round(List<String> sentences, int most) {
    for (int i = 0; i < sentences.size(); i++) {
      ThreadAllocation allocation = ThreadAllocation.begin();
      long begin = clock.getAsLong();
      Generation answer = open().answer(sentences.get(i), most);
      long nanos = clock.getAsLong() - begin;
      OptionalLong bytes = allocation.bytes();
      allocationKnown &= bytes.isPresent();
      allocated += bytes.orElse(0);
      keep(answer, nanos);
      compare(i, answer.ids());
    }
  }

  private void keep(Generation answer, long nanos) {
    count++;
    wholeNanos += nanos;
    tokens += answer.ids().size();
    whole.record(nanos);
    prefill.record(answer.timings().prefillNanos());
    if (answer.timings().steps() > 0) {
      perToken.record(answer.timings().nanosPerStep());
    }
  }

  private void compare(int sentence, List<Integer> ids) {
    if (sentence == answers.size()) {
      answers.add(ids);
    } else if (!ids.equals(answers.get(sentence))) {
      answers.set(sentence, null);
    }
  }

  /** Takes the device out, for a reason. */
  void leave(NpuException failure) {
    reason = failure.why().isEmpty() ? failure.what() : failure.what() + ": " + failure.why();
    close();
  }

  /**
   * Returns what was measured after at least one round.
   *
   * @param reference the run with the answers that count as right
   */
  Figures figures(T5Run reference) {
    Placement placement = open().placement();
    int equal = 0;
    for (int i = 0; i < answers.size(); i++) {
      List<Integer> answer = answers.get(i);
      equal += answer != null && answer.equals(reference.answers.get(i)) ? 1 : 0;
    }
    return new Figures(
        placement.engine().label(),
        placement.detail(),
        loadNanos / NANOS_IN_MILLI,
        firstNanos / NANOS_IN_MILLI,
        whole.percentiles().orElseThrow(),
        prefill.percentiles().orElseThrow(),
        perToken.percentiles().orElse(null),
        (double) tokens / count,
        tokens * 1e9 / Math.max(1, wholeNanos),
        allocationKnown ? allocated / count : null,
        equal);
  }

  private Subject open() {
    if (subject == null) {
      throw new IllegalStateException(device + " is not open");
    }
    return subject;
  }

  @Override
  public void close() {
    if (subject != null) {
      subject.close();
      subject = null;
    }
  }
}
