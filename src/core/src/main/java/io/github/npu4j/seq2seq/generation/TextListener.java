package io.github.npu4j.seq2seq.generation;

/** Hears an answer while it is made. */
@FunctionalInterface
public interface TextListener {

  /** Hears nothing. */
  TextListener NONE = _ -> {};

  /**
   * Called with each piece of the answer by the thread that makes it; the pieces in a row are the
   * answer. Greedy search and sampling of one answer give a piece as soon as it can't change any
   * more, beam search and answers from the cache the whole at the end. What it throws ends the
   * call.
   *
   * @param text not empty
   */
  void piece(String text);
}
