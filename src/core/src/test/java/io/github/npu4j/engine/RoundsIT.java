package io.github.npu4j.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.engine.open.Models;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.runtime.Platform;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * A thousand times open, run, close of a context binary through {@link Models} leaves nothing
 * behind. In a VM of its own whose heap is touched before, so that resident memory shows what is
 * native.
 */
@EnabledOnOs(OS.LINUX)
class RoundsIT {

  private static final int ROUNDS = 1000;
  private static final int SETTLED = 100;

  @Test
  void residentMemoryStaysLevel() throws Exception {
    Path binary = CompiledModels.binary(EngineUnderTest.Sample.MLP.onnx(Device.EMULATOR));
    Path output = Files.createTempFile("rounds", ".txt");
    Process rounds =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-Xms64m",
                "-Xmx64m",
                "-Xint", // what the VM compiles and keeps would move resident memory too
                "-XX:+AlwaysPreTouch",
                "-cp",
                System.getProperty("java.class.path"),
                RoundsIT.class.getName(),
                binary.toAbsolutePath().toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    int code = rounds.waitFor();
    String text = Files.readString(output, StandardCharsets.UTF_8);
    Files.delete(output);
    assertEquals(0, code, text);
    long growth =
        text.lines()
            .filter(line -> line.startsWith("growth "))
            .mapToLong(line -> Long.parseLong(line.substring("growth ".length())))
            .findFirst()
            .orElseThrow();
    System.err.println(
        Platform.current() + " emulator: " + growth + " bytes of resident memory a round");
    assertTrue(growth < 1024, growth + " bytes a round");
  }

  /**
   * Opens, runs and closes, and prints by how many bytes a round the resident memory grew.
   *
   * @param arguments the context binary
   */
  public static void main(String[] arguments) throws IOException {
    Path file = Path.of(arguments[0]);
    OpenOptions options = OpenOptions.on(Device.EMULATOR);
    long settled = 0;
    for (int round = 1; round <= ROUNDS; round++) {
      try (Model model = Models.open(file, options);
          Binding binding = model.bind(model.graphs().getFirst())) {
        binding.run();
      }
      if (round == SETTLED) {
        settled = residentBytes();
      }
    }
    System.out.println("growth " + (residentBytes() - settled) / (ROUNDS - SETTLED));
  }

  private static long residentBytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
      }
    }
    throw new IOException("/proc/self/status has no VmRSS");
  }
}
