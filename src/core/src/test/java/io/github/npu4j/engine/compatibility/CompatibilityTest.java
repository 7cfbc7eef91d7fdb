package io.github.npu4j.engine.compatibility;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.engine.compatibility.Compatibility.ApiVersion;
import io.github.npu4j.engine.compatibility.Compatibility.ContextFacts;
import io.github.npu4j.engine.compatibility.Compatibility.Target;
import io.github.npu4j.engine.compatibility.Compatibility.Verdict;
import io.github.npu4j.error.IncompatibleModelException;
import io.github.npu4j.runtime.Soc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompatibilityTest {

  private static final ApiVersion API = new ApiVersion(2, 40);
  private static final Target X_ELITE = new Target(false, 73, 60, API);
  private static final Target EMULATOR = new Target(true, 68, 30, API);

  @ParameterizedTest
  @CsvSource({
    "60, FITS, compiled for x-elite",
    "43, NOTICE, this is SoC model 60 of the same HTP v73",
    "36, NOTICE, older sm8450",
    "88, REFUSED, the SoC differs",
    "12345, REFUSED, npu4j does not know",
    "0, UNKNOWN, does not say which SoC",
  })
  void judgesBySocOnDevice(int soc, Verdict verdict, String words) {
    Compatibility answer = Compatibility.judge(new ContextFacts(6, soc, API, true), X_ELITE);
    assertEquals(verdict, answer.verdict());
    assertTrue(answer.reason().contains(words), answer.reason());
  }

  @ParameterizedTest
  @CsvSource({"60", "88", "12345", "0"})
  void neverComparesTheEmulatorBySoc(int soc) {
    Compatibility answer = Compatibility.judge(new ContextFacts(6, soc, API, false), EMULATOR);
    assertEquals(Verdict.FITS, answer.verdict());
  }

  @Test
  void keepsSharedWeightsFromTheEmulator() {
    Compatibility answer = Compatibility.judge(new ContextFacts(6, 60, API, true), EMULATOR);
    assertEquals(Verdict.REFUSED, answer.verdict());
    IncompatibleModelException refused =
        assertThrows(IncompatibleModelException.class, () -> answer.requireLoadable("shared.bin"));
    assertTrue(refused.getMessage().contains("share weights"), refused.getMessage());
  }

  @Test
  void refusesFilesOfNewerLibrariesAndOtherBackends() {
    Compatibility newer =
        Compatibility.judge(new ContextFacts(6, 60, new ApiVersion(2, 41), false), X_ELITE);
    assertEquals(Verdict.REFUSED, newer.verdict());
    assertTrue(newer.reason().contains("2.41"), newer.reason());
    assertTrue(newer.reason().contains("too old"), newer.reason());
    assertEquals(
        Verdict.FITS,
        Compatibility.judge(new ContextFacts(6, 60, new ApiVersion(2, 14), false), X_ELITE)
            .verdict());
    assertEquals(
        Verdict.REFUSED,
        Compatibility.judge(new ContextFacts(6, 60, new ApiVersion(3, 0), false), X_ELITE)
            .verdict());
    assertEquals(
        Verdict.REFUSED,
        Compatibility.judge(new ContextFacts(4, 60, API, false), X_ELITE).verdict());
  }

  @Test
  void asksForAChildProcessWhenTheDeviceIsUnknown() {
    Compatibility answer =
        Compatibility.judge(new ContextFacts(6, 60, API, false), new Target(false, 0, 0, API));
    assertEquals(Verdict.UNKNOWN, answer.verdict());
    assertTrue(answer.advice().contains("child process"), answer.advice());
  }

  @Test
  void takesTheArchFromTheTableWhenTheDeviceSaysOnlyItsSoc() {
    Target target = new Target(false, 0, 88, API);
    assertEquals(
        Verdict.NOTICE, Compatibility.judge(new ContextFacts(6, 60, API, false), target).verdict());
  }

  @Test
  void findsSocsByNameAndNumber() {
    assertEquals(Soc.X_ELITE, Soc.parse("X-Elite"));
    assertEquals(Soc.X2_ELITE, Soc.parse("88"));
    assertEquals(81, Soc.X2_ELITE.arch());
    assertEquals(Soc.known().size(), Soc.known().stream().map(Soc::model).distinct().count());
    assertThrows(RuntimeException.class, () -> Soc.parse("pentium"));
  }
}
