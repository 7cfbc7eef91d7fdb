package io.github.npu4j.error;

import org.jspecify.annotations.Nullable;

/** The device that was requested is not there, or can't be used by this process. */
public final class DeviceUnavailableException extends NpuException {

  private static final long serialVersionUID = 1L;

  /**
   * Makes an error of this kind.
   *
   * @param what what went wrong, without a full stop
   * @param why the reason, without a full stop; may be empty
   * @param advice what to do, as whole sentences; may be empty
   */
  public DeviceUnavailableException(String what, String why, String advice) {
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
  public DeviceUnavailableException(
      String what, String why, String advice, @Nullable Throwable cause) {
    super(what, why, advice, cause);
  }
}
