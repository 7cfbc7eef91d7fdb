package io.github.npu4j.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.artifact.FolderManifest;
import io.github.npu4j.faults.NpuCommand.Answer;
import io.github.npu4j.faults.NpuCommand.Running;
import io.github.npu4j.faults.Writer.Whole;
import io.github.npu4j.store.files.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Processes that share a cache and a folder. */
@EnabledOnOs(OS.LINUX)
class ManyProcessesIT {

  private static final int MANY = 20_000;
  private static final int MOST_PROCESSES = 4;

  @TempDir private static Path folder;

  private static Path sources;
  private static Path encoder;

  @BeforeAll
  static void makeModels() throws IOException {
    sources = Writer.sources(Files.createDirectories(folder.resolve("sources")));
    encoder = sources.resolve("encoder");
  }

  private static NpuCommand command() throws IOException {
    return new NpuCommand(folder.resolve("work"))
        .with("NPU4J_RUNTIME", Writer.qnnFolder().toString());
  }

  @Test
  void theSameWorkTwiceAtOnceIsDoneOnce() throws Exception {
    Path out = folder.resolve("two");
    together(Writer.ofModels(sources, out).get(1), 2, command());
  }

  /** All succeed, or are told that another does it; what is made is whole. */
  @Tag("long")
  @Test
  void upToFourProcessesMakeTheSame() throws Exception {
    for (int processes = 2; processes <= MOST_PROCESSES; processes++) {
      Path out = folder.resolve("together " + processes);
      for (Writer writer : Writer.ofModels(sources, out)) {
        together(writer, processes, command());
      }
      String wheel = System.getProperty("npu4j.wheel");
      String jar = System.getProperty("npu4j.jar");
      if (wheel != null && jar != null) {
        Path home = command().home();
        for (Writer writer : Writer.ofCache(Path.of(wheel), Path.of(jar), home)) {
          FileTree.delete(home);
          together(writer, processes, command());
        }
      }
    }
  }

  private static void together(Writer writer, int processes, NpuCommand command) throws Exception {
    command.run(writer.arguments().toArray()).requireCode(0);
    FolderManifest first = FolderManifest.of(writer.made());
    FileTree.delete(writer.made());
    command.run(writer.arguments().toArray()).requireCode(0);
    Whole whole = Whole.of(first, FolderManifest.of(writer.made()));
    FileTree.delete(writer.made());
    Path compiled = command.home().resolve("compiled");
    if (Files.exists(compiled)) {
      FileTree.delete(compiled);
    }
    List<Running> running = new ArrayList<>();
    for (int i = 0; i < processes; i++) {
      running.add(command.start(writer.arguments().toArray()));
    }
    int done = 0;
    for (Running one : running) {
      Answer answer = one.await().requireDoneOrOneSentence();
      if (answer.code() == 0) {
        done++;
      } else {
        answer.requireWords("another process");
      }
    }
    assertTrue(done >= 1, writer::toString);
    assertEquals(List.of(), writer.defects(whole));
    assertEquals(List.of(), writer.missing(whole));
    assertEquals(Set.of(), NpuCommand.leftovers(writer.made().getParent()));
    System.out.println(processes + " times " + writer.name() + " at once: " + done + " done");
  }

  /** A model that is in use goes on, while another process cleans and removes under it. */
  @Tag("long")
  @Test
  void whatIsOpenGoesOnWhileItIsRemoved() throws Exception {
    Path texts = Files.writeString(folder.resolve("texts"), "hello world\n".repeat(MANY));
    Path binary = encoder.resolve("htp/x-elite/8.bin");
    for (String device : List.of("cpu", "emulator")) {
      String lines = device.equals("cpu") ? texts.toString() : shortened(texts).toString();
      Running embedding =
          command().start("embed", "--model", encoder, "--device", device, "--input", lines);
      for (int i = 0; i < 3; i++) {
        Thread.sleep(1000);
        command().run("cache", "clean").requireCode(0);
        command().run("verify", binary).requireDoneOrOneSentence();
      }
      Answer answer = embedding.await().requireCode(0);
      assertEquals(Files.readAllLines(Path.of(lines)).size(), answer.results().lines().count());
      assertEquals(1, answer.results().lines().distinct().count());
    }
  }

  private static Path shortened(Path texts) throws IOException {
    return Files.write(
        texts.resolveSibling("few"), Files.readAllLines(texts).subList(0, MANY / 20));
  }
}
