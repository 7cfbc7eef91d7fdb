package io.github.npu4j.tokenizer.pipeline;

import java.util.List;

/** Turns the texts of tokens back into one. Immutable; may be shared by threads. */
public interface Decoder {

  /**
   * Does one step.
   *
   * @param tokens the texts of tokens, or what an earlier step made of them
   */
  List<String> decode(List<String> tokens);
}
