package io.github.npu4j.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.npu4j.faults.NpuCommand.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What docs/security.md promises of the command as a whole. */
@EnabledOnOs(OS.LINUX)
class SecurityIT {

  @TempDir private static Path folder;

  private static Path sources;
  private static Path encoder;
  private static Path t5;

  @BeforeAll
  static void makeModels() throws IOException {
    sources = Writer.sources(Files.createDirectories(folder.resolve("sources")));
    encoder = sources.resolve("encoder");
    t5 = TinyModels.t5(Files.createDirectories(folder.resolve("t5")));
  }

  private static NpuCommand command(String name) throws IOException {
    return new NpuCommand(folder.resolve(name))
        .with("NPU4J_RUNTIME", Writer.qnnFolder().toString());
  }

  @Test
  void worksInANetworkNamespaceWithoutInterfaces() throws Exception {
    String[] alone = {"unshare", "--map-root-user", "--net"};
    assumeTrue(
        runs("unshare", "--map-root-user", "--net", "true"),
        "this machine lets nobody make a network namespace");
    NpuCommand command = command("no network").by(alone);
    Path out = folder.resolve("no network/out");
    command.run("export", sources.resolve("t5-checkpoint"), out.resolve("t5")).requireCode(0);
    command
        .run("compile", encoder, "-o", out.resolve("compiled"), "--seq", "8", "--no-parity")
        .requireCode(0);
    Path binary = encoder.resolve("htp/x-elite/8.bin");
    command.run("adopt", binary, "-o", out.resolve("adopted")).requireCode(0);
    command.run("embed", "--model", encoder, "--device", "cpu", "hello").requireCode(0);
    command.run("embed", "--model", encoder, "--device", "emulator", "hello").requireCode(0);
    command.run("generate", t5, "--device", "cpu", "hello").requireCode(0);
    command.run("verify", encoder).requireCode(0);
    command.run("manifest", encoder).requireCode(0);
    command.run("doctor").requireCode(0);
  }

  private static boolean runs(String... program) throws IOException, InterruptedException {
    try {
      return new ProcessBuilder(program).start().waitFor() == 0;
    } catch (IOException absent) {
      return false;
    }
  }

  @Test
  void permissionsAreThoseOfTheUmask() throws Exception {
    permissionsAreThoseOf("077");
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(strings = {"022", "027"})
  void permissionsAreThoseOf(String umask) throws Exception {
    NpuCommand command = command("umask " + umask).after("umask " + umask);
    Path out = folder.resolve("umask " + umask + "/out");
    command.run("export", sources.resolve("t5-checkpoint"), out.resolve("t5")).requireCode(0);
    command
        .run("compile", encoder, "-o", out.resolve("compiled"), "--seq", "8", "--no-parity")
        .requireCode(0);
    Path binary = encoder.resolve("htp/x-elite/8.bin");
    command.run("adopt", binary, "-o", out.resolve("adopted")).requireCode(0);
    command.run("manifest", encoder, "-o", out.resolve("manifest")).requireCode(0);
    command.run("embed", "--model", encoder, "--device", "cpu", "hello").requireCode(0);
    List<String> others = new ArrayList<>();
    for (Path root : List.of(out, command.home())) {
      try (Stream<Path> all = Files.walk(root)) {
        for (Path path : all.toList()) {
          Set<PosixFilePermission> has =
              Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
          if (!allowed(path, umask).containsAll(has)) {
            others.add(PosixFilePermissions.toString(has) + " " + path);
          }
        }
      }
    }
    assertEquals(List.of(), others);
  }

  private static Set<PosixFilePermission> allowed(Path path, String umask) {
    int bits = (Files.isDirectory(path) ? 0777 : 0666) & ~Integer.parseInt(umask, 8);
    Set<PosixFilePermission> allowed = EnumSet.noneOf(PosixFilePermission.class);
    PosixFilePermission[] all = PosixFilePermission.values();
    for (int i = 0; i < all.length; i++) {
      if ((bits >> (all.length - 1 - i) & 1) == 1) {
        allowed.add(all[i]);
      }
    }
    return allowed;
  }

  @Test
  void everyCommandThatReadsAModelComparesItWithAManifest() throws Exception {
    NpuCommand command = command("pinned");
    Path manifest = folder.resolve("pinned/encoder.sha256");
    command.run("manifest", encoder, "-o", manifest).requireCode(0);
    Path answers = folder.resolve("pinned/t5.sha256");
    command.run("manifest", t5, "-o", answers).requireCode(0);
    command
        .run("embed", "--model", encoder, "--manifest", manifest, "--device", "cpu", "hello")
        .requireCode(0);
    command.run("verify", encoder, "--manifest", manifest).requireCode(0);
    Files.createFile(encoder.resolve("one-more.json"));
    Files.createFile(t5.resolve("one-more.json"));
    try {
      List<Answer> refused =
          List.of(
              command.run("embed", "--model", encoder, "--manifest", manifest, "hello"),
              command.run("verify", encoder, "--manifest", manifest),
              command.run("inspect", encoder, "--manifest", manifest),
              command.run("compile", encoder, "--manifest", manifest),
              command.run("parity", encoder, "--manifest", manifest),
              command.run("run", encoder, "--manifest", manifest),
              command.run("bench", "embed", "--model", encoder, "--manifest", manifest),
              command.run("bench", "load", "--model", encoder, "--manifest", manifest),
              command.run("generate", t5, "--manifest", answers, "hello"),
              command.run("test", t5, "--manifest", answers));
      for (Answer answer : refused) {
        answer.requireCode(4).requireDoneOrOneSentence().requireWords("one-more.json");
      }
    } finally {
      Files.delete(encoder.resolve("one-more.json"));
      Files.delete(t5.resolve("one-more.json"));
    }
  }

  @Test
  void theManifestIsWhatSha256sumChecks() throws Exception {
    assumeTrue(runs("sha256sum", "--version"), "there is no sha256sum here");
    Path manifest = folder.resolve("coreutils.sha256");
    command("coreutils").run("manifest", encoder, "-o", manifest).requireCode(0);
    Process check =
        new ProcessBuilder("sha256sum", "-c", "--strict", manifest.toString())
            .directory(encoder.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(check.getInputStream().readAllBytes());
    assertEquals(0, check.waitFor(), said);
    assertTrue(said.contains("htp/x-elite/8.bin: OK"), said);
  }
}
