package io.github.npu4j.measure;

import java.util.List;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What a model answered to sentences, how fast, and how often it was right; times in milliseconds.
 *
 * @param model the model's name
 * @param device what it ran on
 * @param engine what ran it
 * @param detail libraries and options, for people
 * @param passedOver each device that was passed over, with the reason
 * @param openMillis how long opening took, as the caller measured it
 * @param firstMillis the first answer, which none of the others' times count
 * @param prefill until the scores of an answer's first token
 * @param perToken each later token
 * @param whole whole answers
 * @param samples the sentences with their answers
 * @param heldOut how many answers were as expected, or {@code null} if nothing was expected
 */
public record AnswerReport(
    String model,
    String device,
    String engine,
    String detail,
    List<String> passedOver,
    double openMillis,
    double firstMillis,
    HalfAndTail prefill,
    HalfAndTail perToken,
    HalfAndTail whole,
    List<Sample> samples,
    HeldOut.@Nullable Score heldOut) {

  /** Takes copies of the lists. */
  public AnswerReport {
    passedOver = List.copyOf(passedOver);
    samples = List.copyOf(samples);
  }

  /**
   * One sentence and its answer.
   *
   * @param ending why the answer ended, in lower case
   */
  public record Sample(String sentence, String answer, String ending, double millis) {}

  /**
   * Two percentiles in milliseconds: half and nine tenths of the times are not above these.
   *
   * @param p50 the median
   * @param p90 nine tenths
   */
  public record HalfAndTail(double p50, double p90) {
    static HalfAndTail of(Histogram nanos) {
      return new HalfAndTail(
          nanos.getValueAtPercentile(50) / 1e6, nanos.getValueAtPercentile(90) / 1e6);
    }
  }
}
