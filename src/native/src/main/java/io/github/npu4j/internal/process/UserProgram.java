package io.github.npu4j.internal.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A program of the user's that is found under one of several names. */
public final class UserProgram {

  /** What a run is judged by: the last lines of output are kept, as an error stands there. */
  private static final int LINES_KEPT = 12;

  private final List<List<String>> names;
  private final Pattern notThere;

  /**
   * Describes a program.
   *
   * @param names the ways to start it, each a command with first arguments, tried in order
   * @param notThere an output line that matches means that this way does not exist either
   */
  public UserProgram(List<List<String>> names, Pattern notThere) {
    this.names = List.copyOf(names);
    this.notThere = notThere;
  }

  /** How a run ended. */
  public sealed interface Outcome {
    /**
     * The program ran and was content.
     *
     * @param command what was run, for people
     */
    record Done(String command) implements Outcome {}

    /**
     * The program ran and failed.
     *
     * @param command what was run, for people
     * @param exit its exit code
     * @param lastLines the end of its output
     */
    record Failed(String command, int exit, List<String> lastLines) implements Outcome {}

    /**
     * The program does not exist under any name.
     *
     * @param tried what was tried and why each failed
     */
    record Missing(List<String> tried) implements Outcome {}
  }

  /**
   * Runs the program under the first name that exists and waits for it.
   *
   * @param arguments what follows the name
   * @param environment variables to set on top of this process's own
   * @param folder the working folder
   * @param tick called about five times a second while it runs
   * @throws InterruptedIOException if the thread is interrupted; the program is then stopped
   */
  public Outcome run(
      List<String> arguments, Map<String, String> environment, Path folder, Runnable tick)
      throws IOException {
    List<String> tried = new ArrayList<>();
    for (List<String> name : names) {
      List<String> command = new ArrayList<>(name);
      command.addAll(arguments);
      Outcome outcome;
      try {
        outcome = runOne(command, environment, folder, tick);
      } catch (InterruptedIOException stopped) {
        throw stopped;
      } catch (IOException notStarted) {
        tried.add(String.join(" ", name) + ": not found");
        continue;
      }
      if (outcome instanceof Outcome.Failed failed
          && failed.lastLines().stream().anyMatch(line -> notThere.matcher(line).find())) {
        tried.add(String.join(" ", name) + ": " + failed.lastLines().getLast());
        continue;
      }
      return outcome;
    }
    return new Outcome.Missing(List.copyOf(tried));
  }

  private static Outcome runOne(
      List<String> command, Map<String, String> environment, Path folder, Runnable tick)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    Deque<String> lines = new ArrayDeque<>();
    Thread reader = Thread.ofVirtual().start(() -> keepLastLines(process, lines));
    try {
      while (!process.waitFor(200, TimeUnit.MILLISECONDS)) {
        tick.run();
      }
      reader.join();
    } catch (InterruptedException stop) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while " + command.getFirst() + " ran");
    } catch (RuntimeException failed) {
      process.destroy();
      throw failed;
    }
    String shown = String.join(" ", command);
    return process.exitValue() == 0
        ? new Outcome.Done(shown)
        : new Outcome.Failed(shown, process.exitValue(), List.copyOf(lines));
  }

  private static void keepLastLines(Process process, Deque<String> lines) {
    try (BufferedReader output = process.inputReader(Charset.defaultCharset())) {
      String line;
      while ((line = output.readLine()) != null) {
        if (!line.isBlank()) {
          lines.addLast(line.strip());
          if (lines.size() > LINES_KEPT) {
            lines.removeFirst();
          }
        }
      }
    } catch (IOException | UncheckedIOException closed) {
      lines.addLast("(output cut: " + closed.getMessage() + ")");
    }
  }
}
