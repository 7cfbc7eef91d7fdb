package io.github.npu4j.cli.console;

import java.io.PrintStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.System.LoggerFinder;
import java.text.MessageFormat;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/**
 * The log of the command: a line for each message on standard error, in the form of its other
 * notices. Found by Java as a service; it also spares a start the time to set up Java's own
 * logging.
 */
public final class LogLines extends LoggerFinder {

  /** Where models are opened; the commands say themselves where they run. */
  private static final String OPENED = "io.github.npu4j.open";

  /** For Java's service loader. */
  public LogLines() {}

  @Override
  public Logger getLogger(String name, Module module) {
    return new Lines(name, System.getenv(Errors.TRACE) != null, System.err);
  }

  /**
   * One logger.
   *
   * @param name its name
   * @param all whether all is printed, or what is of interest to users
   * @param out takes the lines
   */
  record Lines(String name, boolean all, PrintStream out) implements Logger {

    @Override
    public String getName() {
      return name;
    }

    @Override
    public boolean isLoggable(Level level) {
      Level least = all ? Level.DEBUG : name.equals(OPENED) ? Level.ERROR : Level.INFO;
      return level != Level.OFF && level.getSeverity() >= least.getSeverity();
    }

    @Override
    public void log(
        Level level,
        @Nullable ResourceBundle bundle,
        @Nullable String message,
        @Nullable Throwable thrown) {
      if (isLoggable(level)) {
        print(level, String.valueOf(message) + (thrown == null ? "" : ": " + thrown));
        if (all && thrown != null) {
          thrown.printStackTrace(out);
        }
      }
    }

    @Override
    public void log(
        Level level,
        @Nullable ResourceBundle bundle,
        @Nullable String format,
        @Nullable Object @Nullable ... parameters) {
      if (isLoggable(level)) {
        String pattern = String.valueOf(format);
        print(
            level,
            parameters == null || parameters.length == 0
                ? pattern
                : new MessageFormat(pattern).format(parameters));
      }
    }

    private void print(Level level, String message) {
      String kind =
          switch (level) {
            case WARNING -> "warning: ";
            case ERROR -> "error: ";
            default -> "";
          };
      out.println("npu4j: " + kind + message);
    }
  }
}
