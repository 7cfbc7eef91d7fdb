package io.github.npu4j.internal.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.error.BadModelException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChildJvmTest {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** The program of the child: what it does is its first argument. */
  static final class Program {
    public static void main(String[] arguments) {
      System.out.print("# a library's line without an end");
      ChildJvm.serve(() ->
          switch (arguments[0]) {
            case "echo" -> List.of(arguments[1], System.getProperty("npu4j.child.test", ""));
            case "refuse" -> throw new BadModelException("file x", "tag\nat 5", "Do y.");
            case "crash" -> List.of("" + readAddressSixteen());
            case "hang" -> hang();
            default -> throw new IllegalStateException("defect");
          });
    }

    @SuppressWarnings("restricted")
    private static byte readAddressSixteen() {
      return MemorySegment.ofAddress(16).reinterpret(1).get(ValueLayout.JAVA_BYTE, 0);
    }

    private static List<String> hang() {
      while (true) {
        Thread.onSpinWait();
      }
    }
  }

  private static ChildResult run(String... arguments) {
    return ChildJvm.run(Program.class, List.of(arguments), LIMIT);
  }

  @Test
  void anAnswerComesBackWhateverIsInIt() {
    System.setProperty("npu4j.child.test", "ü");
    try {
      String text = "a\\b\n日本語 \"c\"";
      assertEquals(new ChildResult.Answered(List.of(text, "ü")), run("echo", text));
    } finally {
      System.clearProperty("npu4j.child.test");
    }
  }

  @Test
  void anErrorComesBackInItsParts() {
    ChildResult outcome = run("refuse");
    assertEquals(
        new ChildResult.Refused("BadModelException", "file x", "tag\nat 5", "Do y."), outcome);
    assertEquals(
        "can't load it: file x: tag\nat 5. Do y.",
        assertThrows(BadModelException.class, () -> outcome.require("can't load it")).getMessage());
  }

  @Test
  void aCrashIsSaidInWordsAndThisProcessLives() {
    ChildResult.Died died = assertInstanceOf(ChildResult.Died.class, run("crash"));
    boolean windows = System.getProperty("os.name").startsWith("Windows");
    assertTrue(died.how().contains(windows ? "EXCEPTION_ACCESS_VIOLATION" : "SIG"), died.how());
    assertTrue(
        assertThrows(BadModelException.class, () -> died.require("can't load it"))
            .getMessage()
            .startsWith("can't load it: the process that tried it was ended by "));
  }

  @Test
  void aDefectOfTheProgramKeepsItsTrace() {
    ChildResult.Died died = assertInstanceOf(ChildResult.Died.class, run("other"));
    assertEquals("ended with code 1", died.how());
    assertTrue(died.errors().contains("IllegalStateException: defect"), died.errors());
  }

  @Test
  void aChildThatHangsIsStopped() {
    ChildResult outcome = ChildJvm.run(Program.class, List.of("hang"), Duration.ofSeconds(2));
    assertEquals(
        "was stopped after 2 s without an answer",
        assertInstanceOf(ChildResult.Died.class, outcome).how());
  }
}
