package io.github.npu4j.inspect;

import java.nio.file.Path;
import java.util.List;

/**
 * What a verification found.
 *
 * @param status the worst status of the checks
 * @param checks every check of every file, in the order in which they were made
 */
public record VerifyReport(Status status, List<Check> checks) {

  /** Takes a copy of the list. */
  public VerifyReport {
    checks = List.copyOf(checks);
  }

  /** What a check of a file found, from best to worst. */
  public enum Status {
    /** Nothing wrong. */
    OK,
    /** Not checked, or not for this machine. */
    NOTICE,
    /** The file is bad. */
    BAD
  }

  /**
   * One check of one file.
   *
   * @param file what was checked
   * @param check {@code manifest}, {@code structure} or {@code load}
   * @param status what came of it
   * @param detail what was seen, or what is wrong, without a full stop
   */
  public record Check(Path file, String check, Status status, String detail) {}

  static VerifyReport of(List<Check> checks) {
    return new VerifyReport(
        checks.stream().map(Check::status).max(Enum::compareTo).orElse(Status.OK), checks);
  }
}
