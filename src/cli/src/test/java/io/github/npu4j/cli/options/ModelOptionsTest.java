package io.github.npu4j.cli.options;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.npu4j.cli.Terminal;
import io.github.npu4j.engine.EngineKind;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.engine.PassedOver;
import io.github.npu4j.engine.Placement;
import io.github.npu4j.runtime.Device;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class ModelOptionsTest {

  @Command
  private static final class Sample {
    @Mixin ModelOptions options = new ModelOptions();
  }

  private static ModelOptions parse(String... arguments) {
    Sample sample = new Sample();
    new CommandLine(sample).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(arguments);
    return sample.options;
  }

  @Test
  void withoutOptionsItIsAuto() {
    OpenOptions options = parse().open();
    assertEquals(Device.AUTO, options.device());
    assertEquals(Optional.empty(), options.engine());
    assertEquals(Device.AUTO, parse("--npu").open().device());
  }

  @Test
  void takesDeviceEngineAndPluginByName() {
    OpenOptions options =
        parse(
                "--device",
                "gpu",
                "--engine",
                "ort",
                "--ep-library",
                "a.so",
                "--ep-option",
                "x=1",
                "--ep-option",
                "y=a=b")
            .open();
    assertEquals(Device.GPU, options.device());
    assertEquals(Optional.of(EngineKind.ORT), options.engine());
    assertEquals(Optional.of(Path.of("a.so")), options.epLibrary());
    assertEquals(Map.of("x", "1", "y", "a=b"), options.epOptions());
  }

  @Test
  void npuAndDeviceExcludeEachOther() {
    assertThrows(
        CommandLine.MutuallyExclusiveArgsException.class, () -> parse("--npu", "--device", "cpu"));
  }

  @Test
  void saysLoudlyThatItIsNotTheNpu() {
    Placement cpu =
        new Placement(
            Device.CPU,
            EngineKind.ORT,
            "ORT 1.29.0",
            List.of(new PassedOver(Device.NPU, EngineKind.DIRECT, "no libQnnHtp.so")));
    Terminal terminal = new Terminal();
    parse("--npu").announce(cpu, terminal.console());
    assertEquals(
        """
        npu4j: NOT ON THE NPU but on cpu by ort (ORT 1.29.0):
          npu (direct): no libQnnHtp.so
        """,
        terminal.notices());
  }
}
