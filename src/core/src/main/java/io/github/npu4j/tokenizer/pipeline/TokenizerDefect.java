package io.github.npu4j.tokenizer.pipeline;

/**
 * A tokenizer's file says what can't be done. Whoever knows the file turns it into an error that
 * names it; the message is a clause that goes on after its name.
 */
public final class TokenizerDefect extends RuntimeException {

  private static final long serialVersionUID = 1;

  public TokenizerDefect(String why) {
    super(why, null, false, false);
  }
}
