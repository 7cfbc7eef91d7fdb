package io.github.npu4j.engine;

/** What a timeout or a cancel can do to a run. */
public enum Interruption {
  /** The run stops between two operators, soon after it is asked to. */
  WHILE_RUNNING,
  /**
   * A run that waits for its turn on the device ends at once. One that has begun goes on to its
   * end, because this backend of QNN has no call that stops a graph; only then does it report that
   * it was aborted.
   */
  WHILE_WAITING
}
