package io.github.npu4j.ort;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What ONNX Runtime's environment is created with.
 *
 * <p>There is one environment in a process. If another library created it first, these settings
 * have no effect, except for the log level.
 *
 * @param logLevel the least serious log lines that reach {@link System.Logger}
 * @param threads threads that all sessions share which ask for it by {@link
 *     SessionOptions#useGlobalThreads()}; {@code null} if there are none
 */
public record OrtSettings(LogLevel logLevel, @Nullable GlobalThreads threads) {

  /** Warnings and worse, each session with threads of its own. */
  public static final OrtSettings DEFAULT = new OrtSettings(LogLevel.WARNING, null);

  /** Checks that the level is there. */
  public OrtSettings {
    Objects.requireNonNull(logLevel, "logLevel");
  }
}
