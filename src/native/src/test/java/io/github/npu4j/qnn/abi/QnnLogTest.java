package io.github.npu4j.qnn.abi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

/** The log callback: what it keeps, and that nothing leaves it. */
class QnnLogTest {

  @Test
  void keepsWhatIsSaidAtLevelErrorUntilItIsAskedFor() {
    QnnLog.forgetErrors();
    try (Arena arena = Arena.ofConfined()) {
      log(arena, 1, "<E> first");
      log(arena, 2, "a warning");
      log(arena, 1, "second");
      log(arena, 1, "second");
    }
    assertEquals("first; second", QnnLog.takeErrors());
    assertEquals("", QnnLog.takeErrors());
  }

  @Test
  void keepsOnlyTheFirstOfMany() {
    QnnLog.forgetErrors();
    try (Arena arena = Arena.ofConfined()) {
      for (int i = 0; i < 1000; i++) {
        log(arena, 1, "error " + i);
      }
    }
    assertEquals(8, QnnLog.takeErrors().split("; ").length);
  }

  @Test
  void letsNoExceptionOut() {
    QnnLog.write(null, 1, 0, null);
    QnnLog.report("a test", new IllegalStateException("reported"));
  }

  private static void log(Arena arena, int level, String text) {
    QnnLog.write(arena.allocateFrom(text), level, 0, arena.allocate(64));
  }
}
