package io.github.npu4j.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.npu4j.runtime.Device;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A class path as large applications have it: ONNX Runtime reads the command line for what it would
 * send home, which ended the VM.
 */
class LongCommandLineIT {

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(
      value = EngineKind.class,
      names = {"ORT", "JAVA"})
  void endsNoProcess(EngineKind engine) throws Exception {
    String more =
        IntStream.range(0, 500)
            .mapToObj(i -> "/nowhere/library-" + i + "-of-an-application-1.0.0.jar")
            .collect(Collectors.joining(":"));
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:-CreateCoredumpOnCrash",
                "-cp",
                System.getProperty("java.class.path") + ":" + more,
                LongCommandLineIT.class.getName(),
                engine.name(),
                TestModels.add(folder).toString())
            .redirectErrorStream(true)
            .start();
    String printed = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, child.waitFor(), printed);
  }

  /** The child: opens a model by one engine. */
  public static void main(String[] arguments) throws IOException {
    OpenOptions options = OpenOptions.on(Device.CPU).withEngine(EngineKind.valueOf(arguments[0]));
    Models.open(Path.of(arguments[1]), options).close();
  }
}
