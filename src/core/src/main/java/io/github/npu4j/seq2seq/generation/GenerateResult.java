package io.github.npu4j.seq2seq.generation;

import io.github.npu4j.error.NpuException;

/** What became of one text of many. */
public sealed interface GenerateResult {

  /**
   * Its best answer.
   *
   * @param generation the answer
   */
  record Generated(Generation generation) implements GenerateResult {}

  /**
   * The reason why there is none; the other texts are not concerned.
   *
   * @param error what is wrong with the text
   */
  record Refused(NpuException error) implements GenerateResult {}
}
