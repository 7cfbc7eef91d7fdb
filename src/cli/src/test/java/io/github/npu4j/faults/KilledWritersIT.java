package io.github.npu4j.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.npu4j.artifact.FolderManifest;
import io.github.npu4j.faults.NpuCommand.Running;
import io.github.npu4j.faults.Writer.Whole;
import io.github.npu4j.store.files.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Commands that write are killed at random moments. What has its final name is whole then, and the
 * same command, run again, completes the work and leaves nothing of the killed ones.
 *
 * <p>{@code -Dnpu4j.kills=200} says how many times in the long test; {@code -Dnpu4j.wheel=FILE} and
 * {@code -Dnpu4j.jar=FILE} name the pinned runtime and the pinned jar of MiniLM, without which
 * these two writers are left out.
 */
@EnabledOnOs(OS.LINUX)
class KilledWritersIT {

  private static final int FEW = 6;

  @TempDir private static Path folder;

  private static Path sources;
  private static NpuCommand command;

  private int kills;
  private int whileRunning;
  private int leftSomething;
  private int completed;

  @BeforeAll
  static void prepare() throws IOException {
    sources = Writer.sources(Files.createDirectories(folder.resolve("sources")));
    command =
        new NpuCommand(folder.resolve("work")).with("NPU4J_RUNTIME", Writer.qnnFolder().toString());
  }

  @Test
  void aFewKillsLoseNothing() throws Exception {
    killAndComplete(Writer.ofModels(sources, folder.resolve("few")), FEW, 1);
  }

  @Tag("long")
  @Test
  void twoHundredKillsLoseNothing() throws Exception {
    List<Writer> writers = new ArrayList<>(Writer.ofModels(sources, folder.resolve("many")));
    String wheel = System.getProperty("npu4j.wheel");
    String jar = System.getProperty("npu4j.jar");
    if (wheel != null && jar != null) {
      writers.addAll(Writer.ofCache(Path.of(wheel), Path.of(jar), command.home()));
    }
    killAndComplete(writers, Integer.getInteger("npu4j.kills", 200), System.nanoTime());
  }

  private void killAndComplete(List<Writer> writers, int times, long seed) throws Exception {
    Random random = new Random(seed);
    System.out.println("seed " + seed);
    Map<Writer, Whole> wholes = new HashMap<>();
    Map<Writer, Long> nanos = new HashMap<>();
    for (Writer writer : writers) {
      FolderManifest first = letAlone(writer);
      long begin = System.nanoTime();
      FolderManifest second = letAlone(writer);
      nanos.put(writer, System.nanoTime() - begin);
      wholes.put(writer, Whole.of(first, second));
    }
    Set<String> before = NpuCommand.below(command.temporary());
    for (int i = 0; i < times; i++) {
      Writer writer = writers.get(i % writers.size());
      long whole = nanos.get(writer);
      long start = whole / 4; // a Java VM writes nothing while it starts
      kill(writer, wholes.get(writer), start + random.nextLong(whole - start));
      if (random.nextBoolean()) {
        complete(writer, wholes.get(writer));
      }
      if (kills % 20 == 0) {
        tell(writers);
      }
    }
    for (Writer writer : writers) {
      complete(writer, wholes.get(writer));
    }
    tell(writers);
    Set<String> after = NpuCommand.below(command.temporary());
    System.out.println((after.size() - before.size()) + " files more in the temporary folder");
  }

  private void tell(List<Writer> writers) {
    System.out.printf(
        "%d kills of %s: %d while it ran, after %d something lay aside; %d completed%n",
        kills, writers.stream().map(Writer::name).toList(), whileRunning, leftSomething, completed);
  }

  private FolderManifest letAlone(Writer writer) throws Exception {
    clear(writer);
    command.run(writer.arguments().toArray()).requireCode(0);
    return FolderManifest.of(writer.made());
  }

  private void kill(Writer writer, Whole whole, long afterNanos) throws Exception {
    Running running = command.start(writer.arguments().toArray());
    Thread.sleep(afterNanos / 1_000_000);
    if (running.process().isAlive()) {
      whileRunning++;
    }
    running.process().destroyForcibly();
    running.await();
    kills++;
    if (!leftovers(writer).isEmpty()) {
      leftSomething++;
    }
    assertEquals(List.of(), writer.defects(whole), () -> writer + " was killed");
  }

  private void complete(Writer writer, Whole whole) throws Exception {
    command.run(writer.arguments().toArray()).requireCode(0);
    assertEquals(List.of(), writer.defects(whole), () -> writer + " was completed");
    assertEquals(List.of(), writer.missing(whole), () -> writer + " was completed");
    assertEquals(Set.of(), leftovers(writer), () -> writer + " was completed");
    completed++;
    if (completed % 2 == 0) {
      clear(writer); // else the next one finds a whole folder
    }
  }

  private static Set<String> leftovers(Writer writer) throws IOException {
    String name = String.valueOf(writer.made().getFileName());
    Set<String> left = new TreeSet<>();
    for (Path where : List.of(writer.made().getParent(), command.home().resolve(".locks"))) {
      NpuCommand.leftovers(where).stream().filter(path -> path.contains(name)).forEach(left::add);
    }
    return left;
  }

  private static void clear(Writer writer) throws IOException {
    if (Files.exists(writer.made())) {
      FileTree.delete(writer.made());
    }
    Path compiled = command.home().resolve("compiled");
    if (Files.exists(compiled)) {
      FileTree.delete(compiled);
    }
  }
}
