package io.github.npu4j.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.faults.NpuCommand.Answer;
import io.github.npu4j.faults.NpuCommand.Running;
import io.github.npu4j.store.files.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Commands that are told to end, or whose reader goes away. */
@EnabledOnOs(OS.LINUX)
class SignalsIT {

  /** What the system makes of a process that ends by a signal: 128 and its number. */
  private static final Map<String, Integer> CODES = Map.of("INT", 130, "TERM", 143, "HUP", 129);

  /**
   * What Qualcomm's compiler makes of it when the process ends while it works: its destructors run
   * under its own threads.
   */
  private static final int ABORTED = 134;

  private static final int MANY = 20_000;

  @TempDir private static Path folder;

  private static Path sources;
  private static Path texts;

  @BeforeAll
  static void makeModels() throws IOException {
    sources = Writer.sources(Files.createDirectories(folder.resolve("sources")));
    texts = Files.writeString(folder.resolve("texts"), "hello world hello\n".repeat(MANY));
  }

  private static NpuCommand command() throws IOException {
    return new NpuCommand(folder.resolve("work"))
        .with("NPU4J_RUNTIME", Writer.qnnFolder().toString());
  }

  /** The reader of standard output takes a line and goes. */
  @Test
  void aReaderThatGoesAwayEndsTheCommand() throws Exception {
    Answer answer =
        command()
            .by("bash", "-c", "\"$@\" | head -1 >/dev/null; exit ${PIPESTATUS[0]}", "bash")
            .run(
                "embed",
                "--model",
                sources.resolve("encoder"),
                "--device",
                "cpu",
                "--input",
                texts);
    answer.requireDoneOrOneSentence().requireCode(4);
  }

  @Tag("long")
  @Test
  void everyLongCommandEndsBySignalsAndCanBeDoneAgain() throws Exception {
    Path out = folder.resolve("out");
    StringBuilder said = new StringBuilder();
    for (Writer writer : Writer.ofModels(sources, out)) {
      clear(out);
      long begin = System.nanoTime();
      command().run(writer.arguments().toArray()).requireCode(0);
      long nanos = System.nanoTime() - begin;
      for (Map.Entry<String, Integer> signal : CODES.entrySet()) {
        for (int tenth = 4; tenth <= 8; tenth += 2) {
          clear(out);
          Running running = command().start(writer.arguments().toArray());
          Thread.sleep(nanos * tenth / 10 / 1_000_000);
          running.signal(signal.getKey());
          Answer answer = running.await();
          assertTrue(answer.code() == signal.getValue() || answer.code() == 0, answer::toString);
          assertTrue(!answer.notices().contains("a defect"), answer::toString);
          said.append(writer.name()).append(' ').append(signal.getKey()).append(' ');
          said.append(answer.code()).append(", ");
          if (answer.code() != 0) {
            command().run(writer.arguments().toArray()).requireCode(0);
          }
          assertEquals(Set.of(), NpuCommand.leftovers(out), answer::toString);
        }
      }
    }
    System.out.println(said);
    for (String signal : CODES.keySet()) {
      Running running =
          command()
              .start(
                  "embed",
                  "--model",
                  sources.resolve("encoder"),
                  "--device",
                  "cpu",
                  "--input",
                  texts);
      Thread.sleep(2000);
      running.signal(signal);
      Answer answer = running.await();
      assertTrue(answer.code() == CODES.get(signal) || answer.code() == 0, answer::toString);
    }
    assertEquals(Set.of(), NpuCommand.below(command().temporary()));
  }

  private static void clear(Path out) throws IOException {
    Path compiled = folder.resolve("work/home/compiled");
    for (Path made : new Path[] {out, compiled}) {
      if (Files.exists(made)) {
        FileTree.delete(made);
      }
    }
  }
}
