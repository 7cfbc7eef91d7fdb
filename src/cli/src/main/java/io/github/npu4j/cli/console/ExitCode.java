package io.github.npu4j.cli.console;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.CompileFailedException;
import io.github.npu4j.error.DeviceUnavailableException;
import io.github.npu4j.error.IncompatibleModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.error.NativeCallException;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.error.RunAbortedException;
import io.github.npu4j.error.RuntimeMissingException;
import java.util.Set;

/** What the process answers with when it ends. */
public final class ExitCode {

  /** Done. */
  public static final int DONE = 0;

  /** A measured check failed: parity, a doctor's finding, a target. */
  public static final int CHECK_FAILED = 1;

  /** The command line is wrong. */
  public static final int USAGE = 2;

  /** No such device, runtime or model. */
  public static final int MISSING = 3;

  /** A bad model or file, or a run that did not end well. */
  public static final int BAD = 4;

  /** A defect of npu4j itself ({@code EX_SOFTWARE} of BSD's sysexits). */
  public static final int DEFECT = 70;

  /** Native functions whose failure means that the device or runtime isn't there. */
  private static final Set<String> NEED_A_DEVICE =
      Set.of(
          "QnnInterface_getProviders",
          "QnnSystemInterface_getProviders",
          "QnnLog_create",
          "QnnBackend_create",
          "QnnDevice_create",
          "RegisterExecutionProviderLibrary",
          "SessionOptionsAppendExecutionProvider_V2");

  private ExitCode() {}

  /** Returns the exit code for an error. */
  static int of(NpuException error) {
    return switch (error) {
      case DeviceUnavailableException _ -> MISSING;
      case RuntimeMissingException _ -> MISSING;
      case ModelMissingException _ -> MISSING;
      case NativeCallException call -> NEED_A_DEVICE.contains(call.function()) ? MISSING : BAD;
      case BadModelException _ -> BAD;
      case IncompatibleModelException _ -> BAD;
      case CompileFailedException _ -> BAD;
      case BadInputException _ -> BAD;
      case RunAbortedException _ -> BAD;
    };
  }
}
