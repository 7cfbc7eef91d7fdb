package io.github.npu4j.ort;

import io.github.npu4j.internal.ffm.CStrings;
import io.github.npu4j.internal.ortabi.OrtLogLine;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Carries ONNX Runtime's log lines into {@link System.Logger}. */
final class OrtLog {

  private final Supplier<System.Logger> source;
  private volatile System.@Nullable Logger logger;

  /**
   * Sends lines to a logger.
   *
   * @param source asked at the first line: the platform's logging takes longer to start than the
   *     whole binding
   */
  OrtLog(Supplier<System.Logger> source) {
    this.source = source;
  }

  /** Returns the C callback, which stays for the process: the library may log until it ends. */
  MemorySegment callback() {
    return OrtLogLine.allocate(this::line, Arena.global());
  }

  /** Called by the library on any of its threads; whatever left this method would end the VM. */
  void line(
      MemorySegment parameter,
      int severity,
      MemorySegment category,
      MemorySegment logId,
      MemorySegment place,
      MemorySegment message) {
    try {
      LogLevel severe = LogLevel.of(severity);
      if (severe.compareTo(LogLevel.ERROR) >= 0 && LogCapture.takes(message)) {
        return;
      }
      System.Logger.Level level = severe.javaLevel();
      System.Logger receiver = logger;
      if (receiver == null) {
        receiver = source.get();
        logger = receiver;
      }
      if (receiver.isLoggable(level)) {
        receiver.log(
            level,
            "["
                + CStrings.read(logId)
                + " "
                + CStrings.read(place)
                + "] "
                + CStrings.read(message));
      }
    } catch (Throwable dropped) {
      // A logger that fails loses its line; there is nobody up the stack who could be told.
    }
  }
}
