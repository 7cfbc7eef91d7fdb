package io.github.npu4j.parity;

import io.github.npu4j.numeric.ErrorMetrics;
import java.util.List;

/**
 * What a comparison found.
 *
 * @param reference the participant that the others are compared with
 * @param participants the others, in the order they ran
 * @param comparisons one entry a feed, participant and output
 */
public record ParityReport(Who reference, List<Who> participants, List<Comparison> comparisons) {

  /**
   * A participant.
   *
   * @param label its name
   * @param placement where it ran
   * @param libraries the libraries that answered
   * @param independent whether they are others than the reference's; if not, agreeing proves
   *     nothing
   * @param tolerances its limits, in words
   */
  public record Who(
      String label,
      String placement,
      List<Library> libraries,
      boolean independent,
      String tolerances) {}

  /**
   * One output against the reference's.
   *
   * @param feed the inputs' name
   * @param participant the label of the one that is judged
   * @param output the output's name
   * @param metrics how far it is from the reference
   * @param exceeded each limit it exceeds, in words
   */
  public record Comparison(
      String feed,
      String participant,
      String output,
      ErrorMetrics metrics,
      List<String> exceeded) {}

  /** Takes copies of the lists. */
  public ParityReport {
    participants = List.copyOf(participants);
    comparisons = List.copyOf(comparisons);
  }

  /**
   * Joins reports whose reference is the same participant with different models.
   *
   * @param reports one at least
   */
  public static ParityReport joined(List<ParityReport> reports) {
    return new ParityReport(
        reports.getFirst().reference(),
        reports.stream().flatMap(report -> report.participants().stream()).distinct().toList(),
        reports.stream().flatMap(report -> report.comparisons().stream()).toList());
  }

  /** Returns whether every output of every participant is within its limits. */
  public boolean isWithinTolerances() {
    return comparisons.stream().allMatch(comparison -> comparison.exceeded().isEmpty());
  }

  /** Returns whether anybody but the reference's own library answered. */
  public boolean comparesLibraries() {
    return participants.stream().anyMatch(Who::independent);
  }
}
