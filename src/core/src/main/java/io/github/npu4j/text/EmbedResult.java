package io.github.npu4j.text;

import io.github.npu4j.error.NpuException;

/** What became of one text of many. */
public sealed interface EmbedResult {

  /**
   * Its embedding.
   *
   * @param embedding the vector and what is known of it
   */
  record Embedded(Embedding embedding) implements EmbedResult {}

  /**
   * The reason why there is none; the other texts are not concerned.
   *
   * @param error what is wrong with the text, or what went wrong with the run it was in
   */
  record Refused(NpuException error) implements EmbedResult {}
}
