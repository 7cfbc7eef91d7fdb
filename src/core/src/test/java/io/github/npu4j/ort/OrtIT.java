package io.github.npu4j.ort;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.error.NativeCallException;
import io.github.npu4j.error.RuntimeMissingException;
import io.github.npu4j.internal.process.ChildJvm;
import io.github.npu4j.ort.abi.OrtApi;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ResourceBundle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrtIT {

  @TempDir Path folder;

  @Test
  void isTheOneOfThisProcess() throws Exception {
    Ort ort = RealOrt.ORT;
    assertSame(ort, Ort.load(ort.path()));
    assertEquals(Optional.of(ort), Ort.loaded());
    assertEquals("1.29.0", ort.version());
    assertTrue(ort.buildInfo().contains("build type"), ort.buildInfo());
    assertEquals("CPUExecutionProvider", ort.availableProviders().getLast());
    Path link = Files.createSymbolicLink(folder.resolve("link.so"), ort.path());
    assertSame(ort, Ort.load(link));
    Path copy = folder.resolve("libonnxruntime.so");
    Files.copy(ort.path(), copy);
    String message = assertThrows(IllegalStateException.class, () -> Ort.load(copy)).getMessage();
    assertTrue(message.contains(ort.path().toString()) && message.contains("copy"), message);
  }

  @Test
  void anAbsentOrForeignLibraryIsRefusedInWords() throws Exception {
    Path absent = folder.resolve("none.so");
    assertThrows(
        RuntimeMissingException.class,
        () -> OrtApi.bind(io.github.npu4j.internal.ffm.NativeLibraries.load(absent), absent));
  }

  @Test
  void listsTheProcessorAsADevice() {
    List<EpDevice> devices = RealOrt.ORT.devices();
    EpDevice cpu = devices.getFirst();
    assertEquals("CPUExecutionProvider", cpu.epName());
    assertEquals(HardwareDevice.Type.CPU, cpu.hardware().type());
    assertFalse(cpu.hardware().vendor().isEmpty() && cpu.hardware().vendorId() == 0);
    assertTrue(cpu.toString().startsWith("CPUExecutionProvider on CPU"), cpu.toString());
    assertEquals(Map.of(), cpu.epOptions());
  }

  /** Opens a model on the device that a policy chooses, where no plugin offers one of its own. */
  static final class PolicyProgram {
    public static void main(String[] arguments) {
      ChildJvm.serve(() -> {
        try (SessionOptions options = SessionOptions.create(RealOrt.ORT)) {
          options.providers().policy(DevicePolicy.PREFER_CPU);
          try (OrtModel model = RealOrt.open(OnnxBytes.add(4), options)) {
            return List.of(model.inputs().getFirst().name());
          }
        }
      });
    }
  }

  @Test
  void aPolicyChoosesTheDevice() {
    // In a process of its own: the emulator calls itself a CPU too once its plugin is registered.
    List<String> answer =
        ChildJvm.run(PolicyProgram.class, List.of(), Duration.ofMinutes(2)).require("a policy");
    assertEquals(1, answer.size());
  }

  @Test
  void aLibraryThatIsNoProviderIsRefusedInWords() throws Exception {
    Path file = Files.writeString(folder.resolve("provider.so"), "not a library");
    NativeCallException refused =
        assertThrows(NativeCallException.class, () -> RealOrt.ORT.registerLibrary("nothing", file));
    assertEquals("RegisterExecutionProviderLibrary", refused.function());
    assertThrows(IllegalStateException.class, () -> RealOrt.ORT.unregisterLibrary("nothing"));
  }

  @Test
  void telemetryAndTheLogLevelCanBeSet() {
    RealOrt.ORT.disableTelemetry();
    RealOrt.ORT.enableTelemetry();
    RealOrt.ORT.disableTelemetry();
    RealOrt.ORT.logLevel(LogLevel.ERROR);
    RealOrt.ORT.logLevel(LogLevel.WARNING);
  }

  @Test
  void aPlainModelSaysNothingOfDevices() throws Exception {
    Path model = OnnxBytes.save(folder.resolve("add.onnx"), OnnxBytes.add(4));
    assertEquals(Optional.empty(), RealOrt.ORT.compatibilityInfo(model, "CPUExecutionProvider"));
    assertEquals(
        ModelCompatibility.NOT_APPLICABLE,
        RealOrt.ORT.compatibility(RealOrt.ORT.devices().subList(0, 1), "anything"));
  }

  @Test
  void aLoggerThatThrowsDoesNotEndTheProcess() {
    List<String> lines = new ArrayList<>();
    OrtLog log =
        new OrtLog(() ->
            new System.Logger() {
              @Override
              public String getName() {
                return "broken";
              }

              @Override
              public boolean isLoggable(Level level) {
                return true;
              }

              @Override
              public void log(Level level, ResourceBundle bundle, String text, Throwable thrown) {
                lines.add(text);
                throw new AssertionError("broken");
              }

              @Override
              public void log(Level level, ResourceBundle bundle, String format, Object... args) {
                lines.add(format);
                throw new AssertionError("broken");
              }
            });
    MemorySegment stub = log.callback();
    MemorySegment text = java.lang.foreign.Arena.global().allocateFrom("gemeldet");
    io.github.npu4j.internal.ffm.Downcall.words(
        stub, 0, 3, text.address(), text.address(), text.address(), text.address(), 0, 0);
    assertEquals(List.of("[gemeldet gemeldet] gemeldet"), lines);
  }
}
