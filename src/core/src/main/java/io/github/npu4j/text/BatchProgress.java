package io.github.npu4j.text;

/** Hears how many texts of a list are done. */
@FunctionalInterface
public interface BatchProgress {

  /** Ignores what it is told. */
  BatchProgress NONE = (_, _) -> {};

  /**
   * Called by the thread that asked, when batches are done. What it throws ends the work.
   *
   * @param done how many texts are done
   * @param total how many there are
   */
  void at(int done, int total);
}
