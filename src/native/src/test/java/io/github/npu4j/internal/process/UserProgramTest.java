package io.github.npu4j.internal.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.internal.process.UserProgram.Outcome;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS) // the programs are shell scripts
class UserProgramTest {

  private static final Pattern NOT_THERE = Pattern.compile("No module named pip");

  @TempDir Path folder;

  private Outcome run(List<List<String>> names, String argument) throws IOException {
    return new UserProgram(names, NOT_THERE)
        .run(List.of(argument), Map.of("GREETING", "hello"), folder, () -> {});
  }

  private static List<String> shell(String script) {
    return List.of("sh", "-c", script, "sh");
  }

  @Test
  void theFirstNameThatExistsIsRun() throws IOException {
    Outcome outcome =
        run(
            List.of(
                List.of("no-such-program"),
                shell("echo python3: No module named pip >&2; exit 1"),
                shell("echo $GREETING $1 > out"),
                shell("echo wrong > out")),
            "there");
    assertInstanceOf(Outcome.Done.class, outcome);
    assertEquals("hello there\n", Files.readString(folder.resolve("out")));
  }

  @Test
  void aFailureKeepsTheEndOfTheOutput() throws IOException {
    Outcome outcome =
        run(List.of(shell("for i in $(seq 100); do echo line $i; done; exit 7"), shell("")), "x");
    Outcome.Failed failed = assertInstanceOf(Outcome.Failed.class, outcome);
    assertEquals(7, failed.exit());
    assertEquals("line 100", failed.lastLines().getLast());
    assertTrue(failed.lastLines().size() < 20);
  }

  @Test
  void whatDoesNotExistAnywhereIsListed() throws IOException {
    Outcome outcome = run(List.of(List.of("nope-1"), List.of("nope-2", "-m")), "x");
    Outcome.Missing missing = assertInstanceOf(Outcome.Missing.class, outcome);
    assertEquals(List.of("nope-1: not found", "nope-2 -m: not found"), missing.tried());
  }

  @Test
  void itTicksWhileTheProgramRuns() throws IOException {
    AtomicInteger ticks = new AtomicInteger();
    new UserProgram(List.of(shell("sleep 1")), NOT_THERE)
        .run(List.of(), Map.of(), folder, ticks::incrementAndGet);
    assertTrue(ticks.get() > 0);
  }

  @Test
  void anInterruptStopsTheProgram() {
    Thread.currentThread().interrupt();
    assertThrows(InterruptedIOException.class, () -> run(List.of(shell("sleep 600")), "x"));
    assertTrue(Thread.interrupted());
  }
}
