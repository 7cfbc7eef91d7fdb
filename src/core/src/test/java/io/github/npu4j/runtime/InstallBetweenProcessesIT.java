package io.github.npu4j.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.store.Cache;
import io.github.npu4j.store.Cache.Section;
import io.github.npu4j.store.Digest;
import io.github.npu4j.store.Progress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several processes write one cache at once, and some of them are killed. */
class InstallBetweenProcessesIT {

  @TempDir Path temp;

  /** Publishes an entry slowly and says on standard output when it has begun. */
  static final class SlowPublisher {
    public static void main(String[] arguments) throws Exception {
      Cache cache = Cache.at(Path.of(arguments[0]));
      cache.publish(
          Section.RUNTIME,
          "entry",
          folder -> {
            Files.writeString(folder.resolve("by-" + ProcessHandle.current().pid()), "half");
            System.out.println("begun");
            sleep(Long.parseLong(arguments[1]));
          });
      System.out.println("done");
    }

    private static void sleep(long millis) {
      try {
        Thread.sleep(millis);
      } catch (InterruptedException e) {
        throw new UncheckedIOException(new IOException(e));
      }
    }
  }

  /** Installs the pinned runtime of linux-arm64 by pip. */
  static final class Installer {
    public static void main(String[] arguments) {
      Cache cache = Cache.at(Path.of(arguments[0]));
      System.out.println(new RuntimeInstaller(cache).install("linux-arm64", Progress.NONE));
    }
  }

  private Process start(Class<?> program, String... arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  @Test
  void twoProcessesInstallOneRuntimeByPip() throws Exception {
    String home = temp.resolve("cache").toString();
    Process one = start(Installer.class, home);
    Process two = start(Installer.class, home);
    try (var first = one.inputReader();
        var second = two.inputReader()) {
      assertEquals(first.readLine(), second.readLine());
    }
    assertTrue(one.waitFor(4, TimeUnit.MINUTES));
    assertTrue(two.waitFor(1, TimeUnit.MINUTES));
    assertEquals(0, one.exitValue());
    assertEquals(0, two.exitValue());
    Cache cache = Cache.at(Path.of(home));
    Path folder = cache.find(Section.RUNTIME, "qnn-2.7.0-linux-arm64").orElseThrow();
    try (var left = Files.list(cache.folder(Section.RUNTIME))) {
      assertEquals(List.of(folder), left.toList());
    }
    assertEquals(
        Platform.Cpu.ARM64, LibraryFile.read(folder.resolve("onnxruntime_qnn/libQnnHtp.so")).cpu());
    assertTrue(Files.exists(folder.resolve("onnxruntime_qnn/Qualcomm_LICENSE.pdf")));
    NativeRuntime found =
        NativeRuntime.find(
            new Platform(Platform.Os.LINUX, Platform.Cpu.ARM64), cache, FakeLibraries.settings());
    assertTrue(found.qnnHtp().require().startsWith(folder));
    assertTrue(found.skelFolder().require().startsWith(folder));
    assertEquals(64, Digest.sha256(found.qnnProvider().require()).length());
  }

  @Test
  void aKilledProcessLeavesNothingThatCounts() throws Exception {
    Path home = temp.resolve("cache");
    Process killed = start(SlowPublisher.class, home.toString(), "600000");
    try (var output = killed.inputReader()) {
      assertEquals("begun", output.readLine());
      assertFalse(Files.exists(home.resolve("runtime/entry")), "half an entry is never seen");
      killed.destroyForcibly();
      assertTrue(killed.waitFor(30, TimeUnit.SECONDS));
    }
    Cache cache = Cache.at(home);
    assertTrue(cache.list(Section.RUNTIME).isEmpty());
    Path entry = cache.publish(Section.RUNTIME, "entry", _ -> {});
    try (var left = Files.list(entry)) {
      assertEquals(0, left.count(), "nothing of the killed process is in it");
    }
    try (var left = Files.list(cache.folder(Section.RUNTIME))) {
      assertEquals(List.of(entry), left.toList(), "what it left aside is swept");
    }
  }

  @Test
  void theSecondProcessWaitsForTheFirstAndUsesItsWork() throws Exception {
    Path home = temp.resolve("cache");
    Process slow = start(SlowPublisher.class, home.toString(), "1500");
    try (var output = slow.inputReader()) {
      assertEquals("begun", output.readLine());
      Path entry =
          Cache.at(home)
              .publish(
                  Section.RUNTIME,
                  "entry",
                  _ -> {
                    throw new IOException("the first process does this");
                  });
      assertTrue(Files.exists(entry.resolve("by-" + slow.pid())));
      assertEquals("done", output.readLine());
    }
  }
}
