package io.github.npu4j.store;

/** Hears how far a long piece of work has come. */
@FunctionalInterface
public interface Progress {

  /** Ignores what it is told. */
  Progress NONE = (_, _, _) -> {};

  /**
   * Called now and then, always from the thread that does the work or from one at a time.
   *
   * @param step what is being done, such as {@code downloading}
   * @param done how many bytes are done
   * @param total how many there are, or 0 if unknown
   */
  void at(String step, long done, long total);
}
