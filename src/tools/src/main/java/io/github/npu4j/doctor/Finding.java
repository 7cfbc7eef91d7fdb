package io.github.npu4j.doctor;

import java.util.Comparator;
import java.util.List;

/**
 * One thing the doctor has to say.
 *
 * @param id what it is about, a stable word for programs: {@code qnn-htp}, {@code file-soc}
 * @param status how bad it is
 * @param what what is the case, as one sentence without a full stop
 * @param why the reason as far as it is known, without a full stop; may be empty
 * @param advice what to do, as whole sentences; says so where there is nothing to do
 */
public record Finding(String id, Status status, String what, String why, String advice) {

  /** How bad a finding is, from best to worst. */
  public enum Status {
    /** As it should be. */
    OK,
    /** Worth knowing; nothing is wrong. */
    NOTE,
    /** Works, with a loss or a risk. */
    WARNING,
    /** Does not work. */
    PROBLEM
  }

  private static final String NOTHING = "Nothing to do.";

  static Finding ok(String id, String what) {
    return new Finding(id, Status.OK, what, "", NOTHING);
  }

  static Finding note(String id, String what, String why) {
    return new Finding(id, Status.NOTE, what, why, NOTHING);
  }

  static Finding note(String id, String what, String why, String advice) {
    return new Finding(id, Status.NOTE, what, why, advice);
  }

  static Finding warning(String id, String what, String why, String advice) {
    return new Finding(id, Status.WARNING, what, why, advice);
  }

  static Finding problem(String id, String what, String why, String advice) {
    return new Finding(id, Status.PROBLEM, what, why, advice);
  }

  /** Returns the worst status of some findings; {@link Status#OK} of none. */
  public static Status worst(List<Finding> findings) {
    return findings.stream().map(Finding::status).max(Comparator.naturalOrder()).orElse(Status.OK);
  }
}
