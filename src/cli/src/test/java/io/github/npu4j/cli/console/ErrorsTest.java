package io.github.npu4j.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.cli.Terminal;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.CompileFailedException;
import io.github.npu4j.error.DeviceUnavailableException;
import io.github.npu4j.error.IncompatibleModelException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.error.NativeCallException;
import io.github.npu4j.error.RunAbortedException;
import io.github.npu4j.error.RuntimeMissingException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class ErrorsTest {

  private final Terminal terminal = new Terminal();

  private int print(Throwable error) {
    return Errors.print(terminal.console().notices(), error);
  }

  @Test
  void missingThingsAreExitThree() {
    assertEquals(3, print(new DeviceUnavailableException("no NPU", "", "")));
    assertEquals(3, print(new RuntimeMissingException("no runtime", "", "")));
    assertEquals(3, print(new ModelMissingException("no model", "", "")));
    assertEquals(3, print(call("QnnLog_create")));
    assertEquals(3, print(call("QnnBackend_create")));
  }

  @Test
  void badThingsAreExitFour() {
    assertEquals(4, print(new BadModelException("bad", "", "")));
    assertEquals(4, print(new IncompatibleModelException("bad", "", "")));
    assertEquals(4, print(new CompileFailedException("bad", "", "")));
    assertEquals(4, print(new BadInputException("bad", "", "")));
    assertEquals(4, print(new RunAbortedException("bad", "", "")));
    assertEquals(4, print(call("QnnGraph_execute")));
    assertEquals(4, print(new UncheckedIOException(new NoSuchFileException("a.bin"))));
    assertTrue(terminal.notices().endsWith("npu4j: a.bin does not exist\n"), terminal.notices());
  }

  @Test
  void theLineSaysWhatWhyAndWhatToDo() {
    print(new BadModelException("can't read a.bin", "it is empty", "Copy it again."));
    assertEquals("npu4j: can't read a.bin: it is empty. Copy it again.\n", terminal.notices());
  }

  @Test
  void aDefectSaysSoAndShowsItsTrace() {
    assertEquals(ExitCode.DEFECT, print(new IllegalStateException("odd")));
    assertTrue(terminal.notices().startsWith("npu4j: a defect of npu4j: "), terminal.notices());
    assertTrue(terminal.notices().contains("at " + ErrorsTest.class.getName()));
  }

  private static NativeCallException call(String function) {
    return new NativeCallException("QNN", function, 1, "E", "words", "meaning", "advice");
  }

  @Test
  void whatTheLibrarySaysInNamesOfItsApiIsSaidInOptions() {
    assertEquals(
        "Use --device emulator for correctness, --device cpu for speed.",
        OptionWords.of("Use Device.EMULATOR for correctness, Device.CPU for speed."));
    assertEquals(
        "Name a plugin by --ep-library, or use --engine ort.",
        OptionWords.of("Name a plugin by OpenOptions.withEpLibrary, or use EngineKind.ORT."));
    assertEquals(
        "Give --dim x:2=N --dim x:3=N (or --seq for a sequence of tokens).",
        OptionWords.of(
            "Give withDimensions(x:2=N, x:3=N) (or withTokens for a sequence of tokens)."));
    assertEquals(
        "Name a folder that is new, or have it replaced (--replace).",
        OptionWords.of("Name a folder that is new, or have it replaced (Existing.REPLACE)."));
    assertEquals("MyDevice.CPU, Device.cpu, $1", OptionWords.of("MyDevice.CPU, Device.cpu, $1"));
  }
}
