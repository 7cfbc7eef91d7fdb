package io.github.npu4j.doctor;

/**
 * The outcome of trying something: a value, or why there is none.
 *
 * @param <T> what was looked for
 */
public sealed interface ProbeResult<T> {

  /**
   * There is an answer.
   *
   * @param <T> what was looked for
   * @param value the answer
   */
  record Known<T>(T value) implements ProbeResult<T> {}

  /**
   * It was tried and failed.
   *
   * @param <T> what was looked for
   * @param reason the library's or the system's words, without a full stop
   * @param advice what to do, as whole sentences; may be empty
   */
  record Failed<T>(String reason, String advice) implements ProbeResult<T> {}

  /**
   * It was not tried, because something it needs is not there.
   *
   * @param <T> what was looked for
   */
  record Untried<T>() implements ProbeResult<T> {}
}
