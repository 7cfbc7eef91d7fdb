package io.github.npu4j.tokenizer.pipeline;

/** Turns a piece of a text into tokens. Immutable; may be shared by threads. */
public interface Model {

  /** What a model needs for one thread at a time. */
  interface Scratch {

    /** Nothing. */
    Scratch NONE = () -> {};

    /** Gives back what a long text needed. */
    void trim();
  }

  /** Makes what a thread needs for {@link #tokenize}. */
  default Scratch newScratch() {
    return Scratch.NONE;
  }

  /**
   * Adds the tokens of a piece.
   *
   * @param text UTF-8
   * @param start where the piece begins
   * @param end where it ends, behind {@code start}
   * @throws TokenizerDefect if it has none for the piece
   */
  void tokenize(byte[] text, int start, int end, Tokens tokens, Scratch scratch);

  /** Returns how many different tokens there are. */
  int size();

  /** Returns the number behind the highest id. */
  int idLimit();

  /** Returns the id of a token's text, or -1. */
  int idOf(byte[] token);

  /** Returns the text of a token in UTF-8, or {@code null} if it has none of that id. */
  byte @org.jspecify.annotations.Nullable [] textOf(int id);
}
