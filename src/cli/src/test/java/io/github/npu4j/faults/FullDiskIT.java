package io.github.npu4j.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.npu4j.faults.NpuCommand.Answer;
import io.github.npu4j.store.files.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A disk that fills up while a command writes to it: the command says which file, and takes back
 * what it wrote. The disk is a small one in memory, which only the command sees.
 */
@EnabledOnOs(OS.LINUX)
class FullDiskIT {

  /** Parts of what the writer needs that the disk has. */
  private static final double[] PARTS = {0.05, 0.3, 0.6, 0.9};

  @TempDir private static Path folder;

  private static Path sources;

  @BeforeAll
  static void makeModels() throws IOException, InterruptedException {
    assumeTrue(SurroundingsIT.mountsHere(), "this machine lets nobody mount a folder");
    sources = Writer.sources(Files.createDirectories(folder.resolve("sources")));
  }

  @Test
  void anExportTakesBackWhatItWrote() throws Exception {
    Path disk = Files.createDirectories(folder.resolve("disk"));
    fill(Writer.ofModels(sources, disk).getFirst(), disk, 0.5);
  }

  @Tag("long")
  @Test
  void eachWriterTakesBackWhatItWrote() throws Exception {
    Path disk = Files.createDirectories(folder.resolve("small disk"));
    for (Writer writer : Writer.ofModels(sources, disk)) {
      for (double part : PARTS) {
        fill(writer, disk, part);
      }
    }
    String wheel = System.getProperty("npu4j.wheel");
    String jar = System.getProperty("npu4j.jar");
    if (wheel != null && jar != null) {
      for (Writer writer : Writer.ofCache(Path.of(wheel), Path.of(jar), disk.resolve("home"))) {
        for (double part : PARTS) {
          fill(writer, disk, part);
        }
      }
    }
  }

  private static void fill(Writer writer, Path disk, double part) throws Exception {
    NpuCommand plain = command(disk);
    plain.run(writer.arguments().toArray()).requireCode(0);
    long needed = size(writer.made());
    Path listing = folder.resolve("listing");
    long kilobytes = Math.max(4, (long) (needed * part / 1024));
    Answer answer =
        command(disk)
            .by("unshare", "--map-root-user", "--mount", "sh", "-c")
            .by(
                "mount -t tmpfs -o size="
                    + kilobytes
                    + "k none '"
                    + disk
                    + "' || exit 99; \"$@\"; code=$?; find '"
                    + disk
                    + "' -mindepth 1 ! -path '*/home' ! -path '*/home/*' >'"
                    + listing
                    + "'; find '"
                    + disk
                    + "' -name '.writing-*' -o -name '*lock' >>'"
                    + listing
                    + "'; exit $code",
                "sh")
            .run(writer.arguments().toArray());
    FileTree.delete(disk);
    Files.createDirectories(disk);
    answer.requireDoneOrOneSentence();
    assertTrue(answer.code() == 4 || answer.code() == 3, answer::toString);
    answer.requireWords(disk.toString());
    assertTrue(
        answer.notices().contains("No space left on device")
            || answer.notices().contains("MB left"),
        answer::toString);
    System.out.println(
        writer.name() + " with " + part + " of the room: " + answer.notices().strip());
    assertEquals(List.of(), Files.readAllLines(listing), answer::toString);
  }

  private static NpuCommand command(Path disk) throws IOException {
    return new NpuCommand(folder.resolve("work"))
        .with("NPU4J_RUNTIME", Writer.qnnFolder().toString())
        .with("NPU4J_HOME", disk.resolve("home").toString());
  }

  private static long size(Path made) throws IOException {
    try (Stream<Path> files = Files.walk(made)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
