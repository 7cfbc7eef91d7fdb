package io.github.npu4j.doctor;

/**
 * The outcome of trying something: a value, or why there is none.
 *
 * @param <T> what was looked for
 */
public sealed interface Seen<T> {

  /**
   * It was seen.
   *
   * @param <T> what was looked for
   * @param value what was seen
   */
  record Known<T>(T value) implements Seen<T> {}

  /**
   * It was tried and failed.
   *
   * @param <T> what was looked for
   * @param reason the library's or the system's words, without a full stop
   * @param advice what to do, as whole sentences; may be empty
   */
  record Failed<T>(String reason, String advice) implements Seen<T> {}

  /**
   * It was not tried, because something it needs is not there.
   *
   * @param <T> what was looked for
   */
  record Untried<T>() implements Seen<T> {}
}
