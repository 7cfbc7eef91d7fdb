package io.github.npu4j.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The {@link Soak} in a process of its own, whose memory nothing else uses. {@code
 * -Dnpu4j.soak.seconds=3600} says for how long in the long test; without it ten minutes.
 */
@EnabledOnOs(OS.LINUX)
class SoakIT {

  private static final int SHORT = 15;
  private static final int LONG = 600;

  @TempDir private Path folder;

  @Test
  void sixteenThreadsFindNothingWrongForAMoment() throws Exception {
    String said = soak(SHORT);
    assertTrue(
        said.lines().anyMatch(line -> line.startsWith("0 wrong")),
        said); // too short to tell leaks by
  }

  @Tag("long")
  @Test
  void sixteenThreadsFindNothingWrongAndLeakNothing() throws Exception {
    String said = soak(Integer.getInteger("npu4j.soak.seconds", LONG));
    System.out.println(said);
    assertTrue(said.lines().anyMatch("0 wrong, 0 leaks"::equals), said);
  }

  private String soak(int seconds) throws Exception {
    Path log = folder.resolve("log");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-Xms512m",
            "-Xmx512m",
            "-XX:+AlwaysPreTouch",
            "-XX:ErrorFile=" + folder.resolve("hs_err.log")));
    command.addAll(List.of("-cp", NpuCommand.classPath(), Soak.class.getName()));
    command.addAll(List.of(folder.toString(), Integer.toString(seconds)));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertEquals(0, process.waitFor() & ~1, () -> "it died: " + folder);
    return Files.readString(log);
  }
}
