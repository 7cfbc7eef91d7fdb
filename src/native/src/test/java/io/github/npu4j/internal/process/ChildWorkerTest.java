package io.github.npu4j.internal.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.error.BadModelException;
import io.github.npu4j.internal.process.ChildWorker.Limit;
import io.github.npu4j.internal.process.ChildWorker.Limits;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ChildWorkerTest {

  private static final Limits ENOUGH = new Limits(Duration.ofSeconds(60), 1L << 40);

  /** The program of the child: what it does is the first word of a request. */
  static final class Program {
    public static void main(String[] arguments) {
      System.out.print("# a library's line without an end");
      ChildWorker.serve(request ->
          switch (request.getFirst()) {
            case "echo" -> request;
            case "pid" -> List.of(Long.toString(ProcessHandle.current().pid()));
            case "refuse" -> throw new BadModelException("file x", "tag\tat 5\n", "");
            case "crash" -> List.of("" + readAddressSixteen());
            case "hang" -> hang();
            case "hog" -> hog();
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

    private static List<String> hog() {
      Arena.global().allocate(600L << 20).fill((byte) 1);
      return hang();
    }
  }

  private static ChildWorker start(Limits limits) {
    return ChildWorker.start(Program.class, List.of(), limits);
  }

  @Test
  void oneProcessAnswersManyRequestsWhateverIsInThem() {
    try (ChildWorker worker = start(ENOUGH)) {
      List<String> odd = List.of("echo", "", "a\\b\n\tü 日本語 \\t", "");
      assertEquals(new ChildResult.Answered(odd), worker.ask(odd));
      ChildResult pid = worker.ask(List.of("pid"));
      assertEquals(pid, worker.ask(List.of("pid")), "the same process");
      assertEquals(
          new ChildResult.Refused("BadModelException", "file x", "tag\tat 5\n", ""),
          worker.ask(List.of("refuse")));
      assertEquals(Optional.empty(), worker.passed());
    }
  }

  @Test
  void aCrashAndADefectAreSaidInWords() {
    try (ChildWorker worker = start(ENOUGH)) {
      ChildResult.Died died =
          assertInstanceOf(ChildResult.Died.class, worker.ask(List.of("crash")));
      assertTrue(died.how().startsWith("was ended by "), died.how());
      assertInstanceOf(ChildResult.Died.class, worker.ask(List.of("echo")), "gone for good");
    }
    try (ChildWorker worker = start(ENOUGH)) {
      ChildResult.Died died = assertInstanceOf(ChildResult.Died.class, worker.ask(List.of("?")));
      assertTrue(died.errors().contains("IllegalStateException: defect"), died.errors());
      assertEquals(Optional.empty(), worker.passed());
    }
  }

  @Test
  void whatTakesTooLongIsStopped() {
    try (ChildWorker worker = start(new Limits(Duration.ofSeconds(3), 1L << 40))) {
      ChildResult.Died died = assertInstanceOf(ChildResult.Died.class, worker.ask(List.of("hang")));
      assertEquals("was stopped after 3.0 s without an answer", died.how());
      assertEquals(Optional.of(Limit.TIME), worker.passed());
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void whatTakesTooMuchMemoryIsStopped() {
    try (ChildWorker worker = start(new Limits(Duration.ofSeconds(60), 300L << 20))) {
      ChildResult.Died died = assertInstanceOf(ChildResult.Died.class, worker.ask(List.of("hog")));
      assertEquals("was stopped when it held more than 300 MiB", died.how());
      assertEquals(Optional.of(Limit.MEMORY), worker.passed());
    }
  }

  @Test
  void anInterruptStopsTheChildAndStays() {
    try (ChildWorker worker = start(ENOUGH)) {
      assertInstanceOf(ChildResult.Answered.class, worker.ask(List.of("pid")));
      Thread.currentThread().interrupt();
      assertInstanceOf(ChildResult.Died.class, worker.ask(List.of("hang")));
      assertTrue(Thread.interrupted());
    }
  }

  @Test
  void noChildOutlivesItsWorker() {
    long pid;
    try (ChildWorker worker = start(ENOUGH)) {
      ChildResult.Answered answer =
          assertInstanceOf(ChildResult.Answered.class, worker.ask(List.of("pid")));
      pid = Long.parseLong(answer.lines().getFirst());
    }
    assertFalse(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
  }
}
