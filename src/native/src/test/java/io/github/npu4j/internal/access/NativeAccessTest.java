package io.github.npu4j.internal.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.error.RuntimeMissingException;
import io.github.npu4j.internal.ffm.Environment;
import io.github.npu4j.internal.ffm.NativeLibraries;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is said where Java denies native access. */
class NativeAccessTest {

  private static final Module UNNAMED = NativeAccessTest.class.getModule();

  @Test
  void theClassPathNeedsTheFlagForUnnamedModules() {
    assertEquals(
        "Start Java with --enable-native-access=ALL-UNNAMED.",
        NativeAccess.advice(UNNAMED, "a.jar:b.jar", "com.example.Main a.jar:b.jar"));
  }

  @Test
  void anExecutableJarMayHaveItInItsManifest() {
    assertEquals(
        "Start Java with --enable-native-access=ALL-UNNAMED. Or write Enable-Native-Access:"
            + " ALL-UNNAMED into the manifest of lib/app.jar.",
        NativeAccess.advice(UNNAMED, "lib/app.jar", "lib/app.jar --serve"));
    assertEquals(
        "Start Java with --enable-native-access=ALL-UNNAMED.",
        NativeAccess.advice(UNNAMED, "lib/app.jar", "lib/app.jarred.Main"));
  }

  @Test
  void aNamedModuleIsNamed() {
    assertEquals(
        "Start Java with --enable-native-access=java.base.",
        NativeAccess.advice(Object.class.getModule(), "", "program/program.Main"));
  }

  /** The child: asks twice, as a second caller must not find a class that can't be initialized. */
  static final class Program {
    public static void main(String[] arguments) {
      for (int i = 0; i < 2; i++) {
        try {
          NativeLibraries.load(Path.of("nowhere.so"));
        } catch (RuntimeMissingException denied) {
          System.out.println(denied.what() + " | " + denied.advice());
        }
      }
      // What denied access is must not depend on who asks first.
      try {
        Environment.refuseTelemetry();
      } catch (RuntimeMissingException denied) {
        System.out.println(denied.what() + " | " + denied.advice());
      }
    }
  }

  @Test
  void eachCallIsRefusedWithTheFlag() throws Exception {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--illegal-native-access=deny",
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName())
            .redirectErrorStream(true)
            .start();
    String printed = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, child.waitFor(), printed);
    List<String> lines = printed.lines().toList();
    assertEquals(3, lines.size(), printed);
    assertTrue(
        Stream.of("Java denies native access to npu4j", "--enable-native-access=ALL-UNNAMED.")
            .allMatch(part -> lines.stream().allMatch(line -> line.contains(part))),
        printed);
  }
}
