package io.github.npu4j.cli;

import io.github.npu4j.cli.console.Console;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Runs commands in this process and keeps what they print. */
public final class Terminal {

  private final ByteArrayOutputStream results = new ByteArrayOutputStream();
  private final ByteArrayOutputStream notices = new ByteArrayOutputStream();

  /** Runs a command line and returns its exit code. */
  public int run(String... arguments) {
    results.reset();
    notices.reset();
    return Main.run(console(), arguments);
  }

  public Console console() {
    return new Console(
        new PrintStream(results, true, StandardCharsets.UTF_8),
        new PrintStream(notices, true, StandardCharsets.UTF_8),
        false);
  }

  public String results() {
    return results.toString(StandardCharsets.UTF_8);
  }

  public String notices() {
    return notices.toString(StandardCharsets.UTF_8);
  }
}
