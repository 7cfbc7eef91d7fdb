package io.github.npu4j.error;

import org.jspecify.annotations.Nullable;

/**
 * A C function of ONNX Runtime or QNN answered with an error.
 *
 * <p>Carries the function, the code with its symbolic name and the library's own words, next to
 * what they mean here.
 */
public final class NativeCallException extends NpuException {

  private static final long serialVersionUID = 1L;

  private final String library;
  private final String function;
  private final long code;
  private final String codeName;
  private final String libraryMessage;

  /**
   * Makes the error of one native call.
   *
   * @param library the library's name in the field's words, such as {@code "QNN"}
   * @param function the C function that failed
   * @param code the code it returned
   * @param codeName the symbolic name of the code, or {@code "unknown"}
   * @param libraryMessage the library's own words; may be empty
   * @param meaning what the code means here, without a full stop; may be empty
   * @param advice what to do, as whole sentences; may be empty
   */
  public NativeCallException(
      String library,
      String function,
      long code,
      String codeName,
      String libraryMessage,
      String meaning,
      String advice) {
    this(library, function, code, codeName, libraryMessage, meaning, advice, null);
  }

  /**
   * Makes the error of one native call that another Java package made.
   *
   * @param cause what that package threw, or {@code null}
   */
  @SuppressWarnings("TooManyParameters") // what a C call tells, and the exception that told it
  public NativeCallException(
      String library,
      String function,
      long code,
      String codeName,
      String libraryMessage,
      String meaning,
      String advice,
      @Nullable Throwable cause) {
    super(
        library + " " + function + " failed with error " + code + " (" + codeName + ")",
        join(meaning, libraryMessage),
        advice,
        cause);
    this.library = library;
    this.function = function;
    this.code = code;
    this.codeName = codeName;
    this.libraryMessage = libraryMessage;
  }

  /** Returns the library's name, such as {@code "ONNX Runtime"} or {@code "QNN"}. */
  public String library() {
    return library;
  }

  /** Returns the name of the C function. */
  public String function() {
    return function;
  }

  /** Returns the native error code. */
  public long code() {
    return code;
  }

  /** Returns the code's symbolic name, or {@code "unknown"}. */
  public String codeName() {
    return codeName;
  }

  /** Returns the library's own words; empty if it said nothing. */
  public String libraryMessage() {
    return libraryMessage;
  }

  private static String join(String meaning, String libraryMessage) {
    if (meaning.isEmpty()) {
      return libraryMessage;
    }
    return libraryMessage.isEmpty() ? meaning : meaning + " [" + libraryMessage + "]";
  }
}
