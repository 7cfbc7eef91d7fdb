package io.github.npu4j.ort;

import io.github.npu4j.internal.ffm.CStrings;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the errors that ONNX Runtime logs on this thread, for whoever reports them in words of its
 * own; they do not reach the logger. Warnings do, and what other threads log.
 *
 * <p>For one thread. Of an environment that others made before us, nothing is seen.
 */
public final class LogCapture implements AutoCloseable {

  /** What is longer tells no more. */
  private static final int MOST_LINES = 1000;

  private static final ThreadLocal<@Nullable LogCapture> CURRENT = new ThreadLocal<>();

  private final @Nullable LogCapture outer;
  private final List<String> lines = new ArrayList<>();

  private LogCapture(@Nullable LogCapture outer) {
    this.outer = outer;
  }

  /** Begins to keep this thread's errors, until it is closed. */
  public static LogCapture begin() {
    LogCapture capture = new LogCapture(CURRENT.get());
    CURRENT.set(capture);
    return capture;
  }

  /** Takes a line if this thread keeps them. */
  static boolean takes(MemorySegment message) {
    LogCapture current = CURRENT.get();
    if (current == null) {
      return false;
    }
    if (current.lines.size() < MOST_LINES) {
      current.lines.add(CStrings.read(message));
    }
    return true;
  }

  /** Returns the messages so far, in their order. */
  public List<String> lines() {
    return List.copyOf(lines);
  }

  /** Hands what was kept to the logger after all: nobody reports it. */
  public void passOn() {
    System.Logger logger = System.getLogger(Ort.LOGGER_NAME);
    lines.forEach(line -> logger.log(System.Logger.Level.ERROR, line));
    lines.clear();
  }

  @Override
  public void close() {
    if (outer == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(outer);
    }
  }
}
