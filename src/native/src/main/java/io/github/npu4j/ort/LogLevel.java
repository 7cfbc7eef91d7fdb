package io.github.npu4j.ort;

import static io.github.npu4j.internal.ortabi.ort_h.ORT_LOGGING_LEVEL_ERROR;
import static io.github.npu4j.internal.ortabi.ort_h.ORT_LOGGING_LEVEL_FATAL;
import static io.github.npu4j.internal.ortabi.ort_h.ORT_LOGGING_LEVEL_INFO;
import static io.github.npu4j.internal.ortabi.ort_h.ORT_LOGGING_LEVEL_VERBOSE;
import static io.github.npu4j.internal.ortabi.ort_h.ORT_LOGGING_LEVEL_WARNING;

/** How serious a log line of ONNX Runtime is ({@code OrtLoggingLevel}). */
public enum LogLevel {
  /** Everything; with a verbosity above 0 even more. */
  VERBOSE(ORT_LOGGING_LEVEL_VERBOSE(), System.Logger.Level.DEBUG),
  /** What happens in the normal course. */
  INFO(ORT_LOGGING_LEVEL_INFO(), System.Logger.Level.INFO),
  /** What may be wrong. */
  WARNING(ORT_LOGGING_LEVEL_WARNING(), System.Logger.Level.WARNING),
  /** What is wrong. */
  ERROR(ORT_LOGGING_LEVEL_ERROR(), System.Logger.Level.ERROR),
  /** What the library can't go on after. */
  FATAL(ORT_LOGGING_LEVEL_FATAL(), System.Logger.Level.ERROR);

  private final int code;
  private final System.Logger.Level javaLevel;

  LogLevel(int code, System.Logger.Level javaLevel) {
    this.code = code;
    this.javaLevel = javaLevel;
  }

  int code() {
    return code;
  }

  /** Returns the level at which such lines reach {@link System.Logger}. */
  public System.Logger.Level javaLevel() {
    return javaLevel;
  }

  /** Returns the level of a C constant; {@link #FATAL} for one that is not known. */
  static LogLevel of(int code) {
    for (LogLevel level : values()) {
      if (level.code == code) {
        return level;
      }
    }
    return FATAL;
  }
}
