package io.github.npu4j.cli;

import io.github.npu4j.error.NpuException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** The one place where an error becomes a line for people and an exit code for programs. */
final class Errors {

  /** Set to see the stack trace of every error. */
  private static final String TRACE = "NPU4J_TRACE";

  private Errors() {}

  /** Prints {@code npu4j: what: why. advice} and returns the exit code. */
  static int print(PrintStream notices, Throwable error) {
    int code =
        switch (error) {
          case NpuException known ->
              say(notices, OptionWords.of(String.valueOf(known.getMessage())), ExitCode.of(known));
          case UncheckedIOException file when file.getCause() != null ->
              say(notices, reason(file.getCause()), ExitCode.BAD);
          case IOException file -> say(notices, reason(file), ExitCode.BAD);
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

  /** Returns an I/O error in words; the system's own exceptions often carry only the file name. */
  static String reason(IOException error) {
    return switch (error) {
      case NoSuchFileException absent -> absent.getFile() + " does not exist";
      case AccessDeniedException denied -> denied.getFile() + ": permission denied";
      case FileAlreadyExistsException taken -> taken.getFile() + " exists already";
      case FileSystemException failed when failed.getReason() != null ->
          failed.getFile() + ": " + failed.getReason();
      default -> error.getMessage() == null ? error.toString() : error.getMessage();
    };
  }

  private static int say(PrintStream notices, String message, int code) {
    notices.println("npu4j: " + message);
    return code;
  }
}
