package io.github.npu4j.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.cli.console.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher script over the packaged jar, away from the sources. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "npu4j is a POSIX script")
class LauncherIT {

  private static final Path PROJECT = Path.of("").toAbsolutePath();

  private static final int MOST_SECONDS = 60;

  @TempDir Path temporary;
  private Path launcher;

  private record Answer(int code, String results, String notices) {}

  @BeforeEach
  void copyToAFolderWithAnAwkwardName() throws IOException {
    Path folder = Files.createDirectories(temporary.resolve("zwei W\u00f6rter \u65e5\u672c"));
    Path target = Files.createDirectories(folder.resolve("target"));
    Files.copy(PROJECT.resolve("target/npu4j.jar"), target.resolve("npu4j.jar"));
    Files.createSymbolicLink(target.resolve("lib"), PROJECT.resolve("target/lib"));
    launcher = Files.copy(PROJECT.resolve("npu4j"), folder.resolve("npu4j"));
    assertTrue(launcher.toFile().setExecutable(true));
  }

  @Test
  void runsFromAFolderWithSpacesAndNonAsciiLetters() throws Exception {
    Answer answer = run(Map.of(), launcher.toString(), "--version");
    assertEquals(0, answer.code(), answer.notices());
    assertTrue(answer.results().startsWith("npu4j 0."), answer.results());
    assertEquals("", answer.notices());
  }

  @Test
  void runsInAnAsciiLocaleThroughASymbolicLink() throws Exception {
    Path link = Files.createSymbolicLink(temporary.resolve("link"), launcher);
    Answer answer = run(Map.of("LC_ALL", "C", "LANG", "C"), link.toString(), "--version");
    assertEquals(0, answer.code(), answer.notices());
    assertTrue(answer.results().startsWith("npu4j 0."), answer.results());
  }

  @Test
  void passesArgumentsAndTheExitCodeThrough() throws Exception {
    Answer answer = run(Map.of(), launcher.toString(), "completion", "--no such option");
    assertEquals(ExitCode.USAGE, answer.code());
    assertTrue(answer.notices().contains("'--no such option'"), answer.notices());
    assertEquals("", answer.results());
  }

  @Test
  void saysInOneLineThatNoJdkIsNewEnough() throws Exception {
    String script = Files.readString(launcher).replace("\nwanted=25\n", "\nwanted=999\n");
    Files.writeString(launcher, script);
    Answer answer = run(Map.of(), launcher.toString(), "--version");
    assertEquals(ExitCode.MISSING, answer.code());
    assertEquals(
        "npu4j: a JDK 999 or newer is needed and none was found."
            + " Install one, or set JAVA_HOME to it.\n",
        answer.notices());
  }

  @Test
  void recordsAStartUnderTheVersionOfAJdkThatNamesNoBuild() throws Exception {
    Path home = Files.createDirectories(temporary.resolve("jdk"));
    Files.createDirectories(home.resolve("bin"));
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Files.createSymbolicLink(home.resolve("bin/java"), java);
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"25.0.77\"\n");
    Map<String, String> environment = Map.of("JAVA_HOME", home.toString(), "NPU4J_NO_AOT", "");
    assertEquals(0, run(environment, launcher.toString(), "--version").code());
    Path record = launcher.resolveSibling("target").resolve("npu4j-25.0.77.aot");
    for (int i = 0; i < MOST_SECONDS * 10 && !Files.exists(record); i++) {
      Thread.sleep(100);
    }
    assertTrue(Files.exists(record), "nothing was recorded");
    Answer answer = run(environment, launcher.toString(), "--version");
    assertEquals(0, answer.code(), answer.notices());
    assertEquals("", answer.notices());
  }

  private Answer run(Map<String, String> environment, String... command) throws Exception {
    Path results = temporary.resolve("results");
    Path notices = temporary.resolve("notices");
    ProcessBuilder builder = new ProcessBuilder(List.of(command));
    builder.environment().put("NPU4J_NO_AOT", "1");
    builder.environment().putAll(environment);
    Process process =
        builder.redirectOutput(results.toFile()).redirectError(notices.toFile()).start();
    assertTrue(process.waitFor(MOST_SECONDS, TimeUnit.SECONDS), "the launcher hangs");
    return new Answer(
        process.exitValue(), Files.readString(results, UTF_8), Files.readString(notices, UTF_8));
  }
}
