package io.github.npu4j.tokenizer.model;

import io.github.npu4j.tokenizer.pipeline.TokenizerDefect;

/** Keeps a vocabulary that was made to be slow from being so. */
final class Effort {

  private static final long STEPS = 64L << 20;
  private static final long STEPS_PER_BYTE = 1024;

  private Effort() {}

  /**
   * Looks at how many steps a piece took.
   *
   * @throws TokenizerDefect if there are more than its length accounts for
   */
  static void check(long steps, int length) {
    if (steps > STEPS + STEPS_PER_BYTE * length) {
      throw new TokenizerDefect(
          "its vocabulary is made so that " + length + " bytes take more than " + steps + " steps");
    }
  }
}
