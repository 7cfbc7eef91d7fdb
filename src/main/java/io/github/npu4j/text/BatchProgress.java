package io.github.npu4j.text;

/** Hears how many texts of a list are done. */
@FunctionalInterface
public interface BatchProgress {

  /** Tells nobody. */
  BatchProgress NONE = (_, _) -> {};

  /**
   * Called after each batch, by the thread that embeds. What it throws ends the work.
   *
   * @param done how many texts are done
   * @param total how many there are
   */
  void at(int done, int total);
}
