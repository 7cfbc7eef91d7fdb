package io.github.npu4j.cli.console;

import io.github.npu4j.internal.process.StandardOutput;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * Where a command writes: results to one stream, everything else to the other.
 *
 * <p>Results are UTF-8 wherever they can be read by a program; on a Windows console they are in the
 * console's own code page.
 */
public final class Console {

  private final PrintStream results;
  private final PrintStream notices;
  private final boolean interactive;

  /**
   * Makes a console over any two streams.
   *
   * @param results takes the answer
   * @param notices takes errors, notices and progress
   * @param interactive whether notices are read on a terminal as they come
   */
  public Console(PrintStream results, PrintStream notices, boolean interactive) {
    this.results = results;
    this.notices = notices;
    this.interactive = interactive;
  }

  /** Returns the console of a process in which no native library prints. */
  public static Console ofProcess() {
    return over(new FileOutputStream(FileDescriptor.out));
  }

  /** Returns the console of this process; from now on descriptor 1 is ours alone. */
  public static Console besideNativeLibraries() {
    OutputStream out;
    try {
      out = StandardOutput.claim(System.getenv(Errors.TRACE) != null);
    } catch (IOException | RuntimeException | LinkageError kept) {
      return ofProcess();
    }
    System.setOut(System.err);
    return over(out);
  }

  @SuppressWarnings("SystemConsoleNull") // on JDK 25 it is null again when nobody is there
  private static Console over(OutputStream out) {
    java.io.Console terminal = System.console();
    boolean interactive = terminal != null && terminal.isTerminal();
    return new Console(
        new PrintStream(new BufferedOutputStream(out), false, charset()), System.err, interactive);
  }

  /** Returns the stream for results; flushed at the end of the command. */
  public PrintStream results() {
    return results;
  }

  /** Returns the stream for errors, notices and progress. */
  public PrintStream notices() {
    return notices;
  }

  /** Returns whether progress is worth drawing. */
  public boolean interactive() {
    return interactive;
  }

  private static Charset charset() {
    String terminal = System.getProperty("stdout.encoding");
    boolean windows = System.getProperty("os.name", "").startsWith("Windows");
    return windows && terminal != null && Charset.isSupported(terminal)
        ? Charset.forName(terminal)
        : StandardCharsets.UTF_8;
  }
}
