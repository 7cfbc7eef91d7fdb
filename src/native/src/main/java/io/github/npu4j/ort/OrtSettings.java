package io.github.npu4j.ort;

import java.util.Objects;
import java.util.Optional;

/**
 * What ONNX Runtime's environment is created with.
 *
 * <p>There is one environment in a process. If another library created it first, these settings
 * have no effect, except for the log level.
 *
 * @param logLevel the least serious log lines that reach {@link System.Logger}
 * @param threads threads that all sessions share which ask for it by {@link
 *     SessionOptions#useGlobalThreads()}; empty if there are none
 */
public record OrtSettings(LogLevel logLevel, Optional<GlobalThreads> threads) {

  private static final OrtSettings DEFAULTS = new OrtSettings(LogLevel.WARNING, Optional.empty());

  /** Checks that the values are there. */
  public OrtSettings {
    Objects.requireNonNull(logLevel, "logLevel");
    Objects.requireNonNull(threads, "threads");
  }

  /** Returns warnings and worse, each session with threads of its own. */
  public static OrtSettings defaults() {
    return DEFAULTS;
  }

  /** Returns a copy with another level of log lines. */
  public OrtSettings withLogLevel(LogLevel level) {
    return new OrtSettings(level, threads);
  }

  /** Returns a copy with threads that sessions may share. */
  public OrtSettings withThreads(GlobalThreads shared) {
    return new OrtSettings(logLevel, Optional.of(shared));
  }
}
