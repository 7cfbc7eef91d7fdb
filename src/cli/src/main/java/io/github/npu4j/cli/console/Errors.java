package io.github.npu4j.cli.console;

import io.github.npu4j.error.NpuException;
import io.github.npu4j.internal.file.IoErrors;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;

/** The one place where an error becomes a line for people and an exit code for programs. */
public final class Errors {

  /** Set to see the stack trace of every error, and what native libraries print. */
  static final String TRACE = "NPU4J_TRACE";

  private Errors() {}

  /** Prints {@code npu4j: what: why. advice} and returns the exit code. */
  public static int print(PrintStream notices, Throwable error) {
    int code =
        switch (error) {
          case NpuException known ->
              say(notices, OptionWords.of(String.valueOf(known.getMessage())), ExitCode.of(known));
          case UncheckedIOException file when file.getCause() != null ->
              say(notices, IoErrors.reason(file.getCause()), ExitCode.BAD);
          case IOException file -> say(notices, IoErrors.reason(file), ExitCode.BAD);
          case OutOfMemoryError memory ->
              say(
                  notices,
                  "out of memory: "
                      + memory.getMessage()
                      + ". Give the JVM more with JAVA_TOOL_OPTIONS=-Xmx4g.",
                  ExitCode.BAD);
          default ->
              say(
                  notices,
                  "a defect of npu4j: " + error + ". Please report it with the lines below.",
                  ExitCode.DEFECT);
        };
    if (code == ExitCode.DEFECT || System.getenv(TRACE) != null) {
      error.printStackTrace(notices);
    }
    notices.flush();
    return code;
  }

  private static int say(PrintStream notices, String message, int code) {
    notices.println("npu4j: " + message);
    return code;
  }
}
