package io.github.npu4j.qnn.abi;

import io.github.npu4j.internal.ffm.CStrings;
import io.github.npu4j.internal.ffm.Downcall;
import io.github.npu4j.internal.qnnabi.QnnLog_Callback_t;
import io.github.npu4j.internal.qnnabi.qnn_h;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * QNN's log, written to the {@link System.Logger} of this package's name, and kept a while where it
 * explains an error.
 *
 * <p>The library calls an error what a caller may only be trying, and a warning what it does every
 * time. So both are written at level {@code DEBUG}, all else at {@code TRACE}; what it says at
 * level error while a call fails becomes part of that call's exception.
 *
 * <p>One callback serves every backend of the process; its stub is in the global arena, as a
 * library may log from its own threads until the process ends.
 */
public final class QnnLog {

  public static final System.Logger LOGGER = System.getLogger("io.github.npu4j.qnn");

  private static final int LONGEST = 4096;
  private static final int MOST_KEPT = 8;

  /** How HTP begins an error's text. */
  private static final String ERROR_MARK = "<E> ";

  private static final MemorySegment CALLBACK =
      QnnLog_Callback_t.allocate(QnnLog::write, Arena.global());

  /** C's formatter; absent only where the system's C library keeps it to itself. */
  private static final MemorySegment VSNPRINTF =
      Linker.nativeLinker().defaultLookup().find("vsnprintf").orElse(MemorySegment.NULL);

  /** The errors logged on this thread since it last asked; the callback comes on the caller's. */
  private static final ThreadLocal<List<String>> ERRORS = ThreadLocal.withInitial(ArrayList::new);

  private QnnLog() {}

  public static MemorySegment callback() {
    return CALLBACK;
  }

  /** Returns the most talkative level of QNN's that is written anywhere: never below error. */
  public static int levelOfLogger() {
    if (LOGGER.isLoggable(Level.TRACE)) {
      return qnn_h.QNN_LOG_LEVEL_DEBUG();
    }
    return LOGGER.isLoggable(Level.DEBUG)
        ? qnn_h.QNN_LOG_LEVEL_WARN()
        : qnn_h.QNN_LOG_LEVEL_ERROR();
  }

  /** Forgets the errors logged on this thread, before a call whose errors matter. */
  static void forgetErrors() {
    ERRORS.get().clear();
  }

  /** Returns and forgets the errors logged on this thread, joined by semicolons. */
  static String takeErrors() {
    List<String> errors = ERRORS.get();
    String joined = String.join("; ", errors);
    errors.clear();
    return joined;
  }

  /** The callback. An exception that left it would end the VM, so none does. */
  static void write(MemorySegment format, int level, long timestamp, MemorySegment arguments) {
    try {
      boolean error = level == qnn_h.QNN_LOG_LEVEL_ERROR();
      Level ours = level <= qnn_h.QNN_LOG_LEVEL_WARN() ? Level.DEBUG : Level.TRACE;
      if (error || LOGGER.isLoggable(ours)) {
        String text = text(format, arguments);
        if (error) {
          keep(text);
        }
        LOGGER.log(ours, () -> "QNN: " + text);
      }
    } catch (Throwable swallowed) {
      // Nobody is left to tell: the logger itself failed.
    }
  }

  /** Logs what a callback must not throw. */
  public static void report(String what, Throwable thrown) {
    try {
      LOGGER.log(Level.ERROR, "an exception in the callback for " + what, thrown);
    } catch (Throwable swallowed) {
      // Nobody is left to tell: the logger itself failed.
    }
  }

  private static void keep(String text) {
    List<String> errors = ERRORS.get();
    String plain = text.startsWith(ERROR_MARK) ? text.substring(ERROR_MARK.length()) : text;
    if (errors.size() < MOST_KEPT && !errors.contains(plain)) {
      errors.add(plain);
    }
  }

  private static String text(MemorySegment format, MemorySegment arguments) {
    if (VSNPRINTF.address() == 0) {
      return CStrings.read(format).strip();
    }
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment buffer = scratch.allocate(LONGEST);
      int written =
          (int)
              Downcall.words(
                  VSNPRINTF,
                  buffer.address(),
                  LONGEST,
                  format.address(),
                  arguments.address(),
                  0,
                  0,
                  0,
                  0);
      return written < 0 ? CStrings.read(format).strip() : CStrings.read(buffer).strip();
    }
  }
}
