package io.github.npu4j.qnn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.engine.CompiledModels;
import io.github.npu4j.engine.TestModels;
import io.github.npu4j.runtime.NativeRuntime;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The example of the lowest level compiles and runs as its first lines say. */
class ExampleIT {

  @Test
  void listsGraphsRunsThemAndPrintsAProfile() throws Exception {
    NativeRuntime runtime = NativeRuntime.find();
    Path folder = Files.createDirectories(Path.of("target", "qnn-models"));
    Process example =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Path.of("examples", "RunContextBinary.java").toString(),
                    runtime.qnnHtp().require().toString(),
                    runtime.qnnSystem().require().toString(),
                    CompiledModels.binary(TestModels.mlp(folder)).toString()))
            .redirectErrorStream(true)
            .start();
    String printed = new String(example.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, example.waitFor(), printed);
    for (String line :
        List.of(
            "input  x: FLOAT32 1x32",
            "output y: FLOAT32 1x8",
            "Accelerator (execute) time (cycles): ")) {
      assertTrue(printed.contains(line), printed);
    }
  }

  @Test
  void isShortAndNeedsNoOtherRoom() throws Exception {
    List<String> lines = Files.readAllLines(Path.of("examples", "RunContextBinary.java"));
    long code =
        lines.stream()
            .filter(line -> !line.isBlank() && !line.startsWith("import"))
            .filter(line -> !line.startsWith(" *") && !line.startsWith("/**"))
            .count();
    assertTrue(code <= 40, code + " lines");
    assertTrue(
        lines.stream()
            .filter(line -> line.contains("npu4j"))
            .allMatch(line -> line.contains("npu4j.qnn") || line.contains("npu4j.jar")));
  }
}
