package io.github.npu4j.error;

import org.jspecify.annotations.Nullable;

/** A model could not be compiled; {@link #why()} names the nodes that the device can't take. */
public final class CompileFailedException extends NpuException {

  private static final long serialVersionUID = 1L;

  /**
   * Makes an error of this kind.
   *
   * @param what what went wrong, without a full stop
   * @param why the reason, without a full stop; may be empty
   * @param advice what to do, as whole sentences; may be empty
   */
  public CompileFailedException(String what, String why, String advice) {
    super(what, why, advice, null);
  }

  /**
   * Makes an error of this kind that another one led to.
   *
   * @param what what went wrong, without a full stop
   * @param why the reason, without a full stop; may be empty
   * @param advice what to do, as whole sentences; may be empty
   * @param cause what led to it
   */
  public CompileFailedException(String what, String why, String advice, @Nullable Throwable cause) {
    super(what, why, advice, cause);
  }
}
