package io.github.npu4j.qnn;

import io.github.npu4j.qnn.abi.QnnLog;
import java.util.OptionalInt;

/**
 * How a backend is started.
 *
 * @param logLevel how much the backend logs
 * @param socModel the SoC to pretend to be, by QNN's number; only offline preparation needs it
 */
public record QnnOptions(LogLevel logLevel, OptionalInt socModel) {

  /**
   * How much a backend logs, to the {@link System.Logger} {@code io.github.npu4j.qnn}: its errors
   * and warnings at level {@code DEBUG}, the rest at {@code TRACE}. Its errors are also in the
   * exceptions of the calls that fail.
   */
  public enum LogLevel {
    /** As much as the logger is set to write when the backend is started. */
    AS_LOGGER,
    /** Errors. */
    ERROR,
    /** Warnings too. */
    WARNING,
    /** The course of events too. */
    INFO,
    /** Details too. */
    VERBOSE,
    /** Everything. */
    DEBUG;

    int nativeLevel() {
      return this == AS_LOGGER ? QnnLog.levelOfLogger() : ordinal();
    }
  }

  /** Returns the options that suit running a model: log as the logger says, the SoC as found. */
  public static QnnOptions defaults() {
    return new QnnOptions(LogLevel.AS_LOGGER, OptionalInt.empty());
  }

  /** Returns these options with another log level. */
  public QnnOptions withLogLevel(LogLevel level) {
    return new QnnOptions(level, socModel);
  }

  /** Returns these options with a SoC. */
  public QnnOptions withSocModel(int soc) {
    return new QnnOptions(logLevel, OptionalInt.of(soc));
  }
}
