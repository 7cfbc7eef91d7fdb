package io.github.npu4j.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The log on the command's standard error. */
class LogLinesTest {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  private String printed() {
    String printed = bytes.toString(StandardCharsets.UTF_8).replace("\r", "");
    bytes.reset();
    return printed;
  }

  @Test
  void printsALineForAMessage() {
    Logger logger = new LogLines.Lines("io.github.npu4j.engine", false, out);
    logger.log(Level.WARNING, "loading {0} again: {1}", "it", 5);
    assertEquals("npu4j: warning: loading it again: 5\n", printed());
    logger.log(Level.INFO, "it's {0}");
    assertEquals("npu4j: it's {0}\n", printed());
    logger.log(Level.ERROR, () -> "gone");
    assertEquals("npu4j: error: gone\n", printed());
    logger.log(Level.INFO, "failed", new IllegalStateException("why"));
    assertEquals("npu4j: failed: java.lang.IllegalStateException: why\n", printed());
    logger.log(Level.DEBUG, "detail");
    assertEquals("", printed());
  }

  /** Commands say by themselves where a model runs. */
  @Test
  void leavesToTheCommandWhatItSaysItself() {
    Logger logger = new LogLines.Lines("io.github.npu4j.open", false, out);
    logger.log(Level.WARNING, "runs on cpu");
    assertEquals("", printed());
    new LogLines.Lines("io.github.npu4j.open", true, out).log(Level.INFO, "runs on cpu");
    assertEquals("npu4j: runs on cpu\n", printed());
    assertFalse(logger.isLoggable(Level.OFF));
  }

  @Test
  void isTheLogOfTheCommand() {
    Logger logger = System.getLogger("io.github.npu4j.some");
    assertTrue(logger.isLoggable(Level.INFO));
    assertFalse(logger.isLoggable(Level.DEBUG));
    assertInstanceOf(LogLines.class, System.LoggerFinder.getLoggerFinder());
  }
}
