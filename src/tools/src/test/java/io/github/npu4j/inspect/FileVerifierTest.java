package io.github.npu4j.inspect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.inspect.VerifyReport.Check;
import io.github.npu4j.internal.process.ChildResult;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the first load of a file says of it. */
class FileVerifierTest {

  private static final Path FILE = Path.of("model.bin");

  @ParameterizedTest
  @ValueSource(strings = {"DeviceUnavailableException", "IncompatibleModelException"})
  void aFileThatThisMachineCanNotLoadIsNotBad(String kind) {
    Check check =
        FileVerifier.load(
            FILE,
            new ChildResult.Refused(
                kind, "there is no NPU here", "No Snapdragon SOC detected", "Run npu4j doctor."));
    assertEquals("NOTICE", check.status().name());
    assertTrue(check.detail().contains("No Snapdragon SOC detected"), check.detail());
  }

  @Test
  void aFileThatTheLibraryRefusesOrDiesOfIsBad() {
    assertEquals(
        "BAD",
        FileVerifier.load(FILE, new ChildResult.Refused("NativeCallException", "a", "b", ""))
            .status()
            .name());
    assertEquals(
        "BAD",
        FileVerifier.load(FILE, new ChildResult.Died("was ended by SIGSEGV", "")).status().name());
    assertEquals(
        "OK", FileVerifier.load(FILE, new ChildResult.Answered(List.of("41.5"))).status().name());
  }
}
