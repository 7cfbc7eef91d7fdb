package io.github.npu4j.tokenizer.codec;

/** Decides how much of two texts is kept when both together are too long. */
@FunctionalInterface
public interface PairCut {

  /**
   * Returns how many tokens of the first text are kept, and in the upper half how many of the
   * second.
   *
   * @param first how many tokens the first text has
   * @param second how many the second has
   * @param room how many there may be; fewer than both together
   */
  long kept(int first, int second, int room);

  /** Packs two numbers of tokens. */
  static long pack(int first, int second) {
    return (long) second << 32 | first;
  }
}
