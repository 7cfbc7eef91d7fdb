package io.github.npu4j.engine.javaort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.engine.EngineKind;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.engine.TestModels;
import io.github.npu4j.engine.open.Models;
import io.github.npu4j.runtime.Device;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A class path as large applications have it: ONNX Runtime reads the command line for what it would
 * send home, which ended the VM. Also where the cache can't be written, so that the libraries go
 * elsewhere.
 */
class LongCommandLineIT {

  /** Longer than any that was seen to be survived with telemetry on. */
  private static final int COMMAND_LINE_BYTES = 8_000;

  /** A folder in which nobody, not even root, makes a file. */
  private static final String READ_ONLY = "/proc";

  @TempDir Path folder;

  /** Where the cache is, by what it tells the child. */
  enum Home {
    /** The user's own, which has the libraries. */
    USUAL,
    /** Below a home that does not exist and can't be made, since its parent is a file. */
    ABSENT,
    /** In a folder that can't be written. */
    READ_ONLY
  }

  static Stream<Arguments> endsNoProcess() {
    return Stream.of(EngineKind.ORT, EngineKind.JAVA)
        .flatMap(engine -> Stream.of(Home.values()).map(home -> Arguments.of(engine, home)));
  }

  @ParameterizedTest
  @MethodSource
  void endsNoProcess(EngineKind engine, Home home) throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("tmp"));
    String more =
        IntStream.range(0, COMMAND_LINE_BYTES / 50)
            .mapToObj(i -> "/nowhere/library-" + i + "-of-an-application-1.0.0-and-more.jar")
            .collect(Collectors.joining(":"));
    assertTrue(more.length() > COMMAND_LINE_BYTES, () -> more.length() + " bytes");
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:-CreateCoredumpOnCrash",
                "-Djava.io.tmpdir=" + temporary));
    command.addAll(place(home));
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path") + ":" + more,
            LongCommandLineIT.class.getName(),
            engine.name(),
            TestModels.add(folder).toString()));
    ProcessBuilder child = new ProcessBuilder(command).redirectErrorStream(true);
    if (home != Home.USUAL) {
      child.environment().keySet().removeAll(List.of("NPU4J_HOME", "XDG_CACHE_HOME"));
      child.environment().remove("NPU4J_RUNTIME");
    }
    Process process = child.start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), printed);
    try (Stream<Path> left = Files.list(temporary)) {
      assertEquals(
          List.of(),
          left.map(path -> String.valueOf(path.getFileName()))
              .filter(name -> name.startsWith("npu4j-"))
              .toList());
    }
  }

  private List<String> place(Home home) throws IOException {
    return switch (home) {
      case USUAL -> List.of();
      case ABSENT -> {
        Path file = Files.writeString(folder.resolve("file"), "");
        yield List.of("-Duser.home=" + file.resolve("home"));
      }
      case READ_ONLY -> List.of("-Dnpu4j.home=" + READ_ONLY + "/npu4j");
    };
  }

  /** The child: opens a model by one engine. */
  public static void main(String[] arguments) throws IOException {
    OpenOptions options = OpenOptions.on(Device.CPU).withEngine(EngineKind.valueOf(arguments[0]));
    Models.open(Path.of(arguments[1]), options).close();
  }
}
