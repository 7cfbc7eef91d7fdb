package io.github.npu4j.tokenizer.pattern;

/** A pattern can't be read, or can't be matched in bounded time; the message is a clause. */
public final class PatternException extends RuntimeException {

  private static final long serialVersionUID = 1;

  PatternException(String why) {
    super(why, null, false, false);
  }
}
