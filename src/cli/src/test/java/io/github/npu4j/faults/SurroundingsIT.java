package io.github.npu4j.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.npu4j.faults.NpuCommand.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Homes, folders, limits and locales that are not what a developer has. */
@EnabledOnOs(OS.LINUX)
class SurroundingsIT {

  /** Blanks, quotes, a letter beyond the basic plane, a dollar and an asterisk. */
  private static final String STRANGE = "a b'c\"d \ud83e\udd9c $HOME *";

  @TempDir private static Path folder;

  private static Path sources;
  private static Path encoder;

  /** What is unusual, and whether everything must work all the same. */
  enum Surroundings {
    NO_HOME(true),
    READ_ONLY_HOME(false),
    NO_TEMPORARY_FOLDER(false),
    FEW_DESCRIPTORS(true),
    LITTLE_ADDRESS_SPACE(false),
    TURKISH(true),
    POSIX(true),
    UMASK_077(true),
    STRANGE_PATH(true);

    private final boolean works;

    Surroundings(boolean works) {
      this.works = works;
    }
  }

  @BeforeAll
  static void makeModels() throws IOException {
    sources = Writer.sources(Files.createDirectories(folder.resolve("sources")));
    encoder = sources.resolve("encoder");
  }

  private static NpuCommand in(Surroundings surroundings) throws IOException {
    Path work =
        folder.resolve(surroundings == Surroundings.STRANGE_PATH ? STRANGE : surroundings.name());
    NpuCommand command = new NpuCommand(work).with("NPU4J_RUNTIME", Writer.qnnFolder().toString());
    return switch (surroundings) {
      case NO_HOME ->
          command
              .without("NPU4J_HOME")
              .without("HOME")
              .without("XDG_CACHE_HOME")
              .withJava("-Duser.home=" + work.resolve("none"));
      case READ_ONLY_HOME ->
          command
              .by("unshare", "--map-root-user", "--mount")
              .after("mount -t tmpfs -o ro none \"$NPU4J_HOME\"");
      case NO_TEMPORARY_FOLDER -> command.withJava("-Djava.io.tmpdir=" + work.resolve("none"));
      case FEW_DESCRIPTORS -> command.after("ulimit -n 64");
      case LITTLE_ADDRESS_SPACE ->
          command
              .withJava(
                  "-Xmx256m", "-XX:ReservedCodeCacheSize=64m", "-XX:CompressedClassSpaceSize=64m")
              .after("ulimit -v 4000000");
      case TURKISH -> command.withJava("-Duser.language=tr", "-Duser.country=TR");
      case POSIX -> command.with("LC_ALL", "POSIX");
      case UMASK_077 -> command.after("umask 077");
      case STRANGE_PATH -> command.with("LC_ALL", "C.UTF-8");
    };
  }

  @Tag("long")
  @ParameterizedTest
  @EnumSource
  void everyCommandEndsInAnAnswerOrInOneSentence(Surroundings surroundings) throws Exception {
    boolean strange = surroundings == Surroundings.STRANGE_PATH;
    Path out = folder.resolve("out " + (strange ? STRANGE : surroundings.name()));
    Files.createDirectories(folder.resolve(surroundings.name()).resolve("home"));
    if (surroundings == Surroundings.READ_ONLY_HOME) {
      assumeTrue(mountsHere(), "this machine lets nobody mount a folder");
    }
    Path binary = encoder.resolve("htp/x-elite/8.bin");
    List<List<Object>> commands =
        List.of(
            List.of("embed", "--model", encoder, "--device", "cpu", "hello world"),
            List.of("embed", "--model", encoder, "--device", "emulator", "I\u0130\u0131i"),
            List.of("export", sources.resolve("t5-checkpoint"), out.resolve("exported")),
            List.of("compile", encoder, "-o", out.resolve("compiled"), "--seq", "8"),
            List.of("adopt", binary, "-o", out.resolve("adopted")),
            List.of("tokens", "--model", encoder, "hello"),
            List.of("manifest", encoder),
            List.of("verify", encoder),
            List.of("cache", "list"),
            List.of("doctor"));
    StringBuilder codes = new StringBuilder();
    for (List<Object> command : commands) {
      Answer answer = in(surroundings).run(command.toArray());
      codes.append(command.getFirst()).append(' ').append(answer.code()).append(", ");
      answer.requireDoneOrOneSentence();
      if (surroundings.works) {
        answer.requireCode(0);
      }
      assertEquals(Set.of(), NpuCommand.leftovers(out), answer::toString);
    }
    System.out.println(surroundings + ": " + codes);
  }

  @Test
  void aStrangePathAndFewDescriptorsWork() throws Exception {
    in(Surroundings.STRANGE_PATH)
        .after("ulimit -n 64; umask 077")
        .run("embed", "--model", encoder, "--device", "cpu", "hello world")
        .requireCode(0);
  }

  static boolean mountsHere() throws InterruptedException {
    try {
      return new ProcessBuilder(
                  "unshare", "--map-root-user", "--mount", "mount", "-t", "tmpfs", "none", "/mnt")
              .start()
              .waitFor()
          == 0;
    } catch (IOException noTool) {
      return false;
    }
  }
}
