package io.github.npu4j.error;

import org.jspecify.annotations.Nullable;

/**
 * The root of everything that can go wrong outside the caller's own code.
 *
 * <p>The message is made of three parts, each also available alone: {@link #what()} happened,
 * {@link #why()}, and the {@link #advice()} for the one who has to mend it. Misuse of the API
 * itself is not in this tree: a use after {@code close()} is an {@link IllegalStateException}, an
 * argument out of range an {@link IllegalArgumentException}.
 */
public abstract sealed class NpuException extends RuntimeException
    permits NativeCallException,
        DeviceUnavailableException,
        RuntimeMissingException,
        ModelMissingException,
        BadModelException,
        IncompatibleModelException,
        CompileFailedException,
        BadInputException,
        RunAbortedException {

  private static final long serialVersionUID = 1L;

  private final String what;
  private final String why;
  private final String advice;

  NpuException(String what, String why, String advice, @Nullable Throwable cause) {
    super(sentence(what, why, advice), cause);
    this.what = what;
    this.why = why;
    this.advice = advice;
  }

  /** Returns what went wrong, without a full stop. */
  public final String what() {
    return what;
  }

  /** Returns the reason as far as it is known, without a full stop; may be empty. */
  public final String why() {
    return why;
  }

  /** Returns what to do about it, as whole sentences; may be empty. */
  public final String advice() {
    return advice;
  }

  private static String sentence(String what, String why, String advice) {
    StringBuilder text = new StringBuilder(what);
    if (!why.isEmpty()) {
      text.append(": ").append(why);
    }
    if (!advice.isEmpty()) {
      char last = text.charAt(text.length() - 1);
      text.append(last == '.' || last == '!' || last == '?' ? " " : ". ").append(advice);
    }
    return text.toString();
  }
}
