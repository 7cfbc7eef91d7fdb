package io.github.npu4j.qnn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.error.DeviceUnavailableException;
import io.github.npu4j.error.NativeCallException;
import io.github.npu4j.error.RuntimeMissingException;
import io.github.npu4j.qnn.info.QnnVersion;
import io.github.npu4j.qnn.info.QnnVersions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A backend's life, over the stand-in. */
class QnnTest {

  private final StandInBackend standIn = new StandInBackend();

  @Test
  void tellsWhatTheLibrariesAndTheDeviceSay() {
    try (Qnn qnn = standIn.open()) {
      QnnVersions versions = qnn.versions();
      assertEquals("STAND_IN", versions.provider());
      assertEquals(6, versions.backendId());
      assertEquals("2.37.0", versions.core().toString());
      assertEquals("5.48.1", versions.backend().toString());
      assertEquals("1.12.0", versions.system().toString());
      assertEquals("stand-in build", versions.buildId());
      assertEquals(
          List.of(new HtpPlatform.HtpDevice(0, 1, 60, 73, 8, false)), qnn.platform().devices());
      assertFalse(qnn.platform().isEmulator());
      assertTrue(qnn.supports(QnnProperty.GRAPH_ASYNC_EXECUTION));
      assertFalse(qnn.supports(QnnProperty.CONTEXT_DEFERRED_GRAPH_INIT));
    }
  }

  @Test
  void closingGivesBackEverythingOnceAndMayBeRepeated() {
    Qnn qnn = standIn.open();
    qnn.setLogLevel(QnnOptions.LogLevel.ERROR);
    qnn.close();
    qnn.close();
    for (String kind : List.of("log", "backend", "device", "platformInfo")) {
      assertEquals(Set.of(), standIn.live(kind), kind);
    }
    assertEquals(List.of(), standIn.doubleFrees());
    IllegalStateException closed =
        assertThrows(IllegalStateException.class, () -> qnn.supports(QnnProperty.CONTEXT_CACHING));
    assertEquals("this QNN backend is closed", closed.getMessage());
  }

  @Test
  void closingABackendClosesWhatWasMadeFromIt() {
    Qnn qnn = standIn.open();
    try (Arena arena = Arena.ofConfined()) {
      QnnContext context = QnnContext.create(qnn, arena.allocate(64));
      QnnBinding binding = context.graph("g").bind();
      Profile profile = Profile.create(qnn, Profile.Level.BASIC);
      RunSignal signal = RunSignal.aborting(qnn);
      HtpPower power = HtpPower.open(qnn, PowerOptions.defaults());
      qnn.close();
      assertThrows(IllegalStateException.class, binding::execute);
      assertThrows(IllegalStateException.class, () -> context.graph("g"));
      assertThrows(IllegalStateException.class, profile::events);
      assertThrows(IllegalStateException.class, signal::abort);
      assertThrows(IllegalStateException.class, power::begin);
      for (AutoCloseable one : List.of(context, binding, profile, signal, power)) {
        assertCloses(one);
      }
    }
    for (String kind : List.of("context", "profile", "signal", "power", "backend", "device")) {
      assertEquals(Set.of(), standIn.live(kind), kind);
    }
    assertEquals(List.of(), standIn.doubleFrees());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "logCreate",
        "backendCreate",
        "deviceGetPlatformInfo",
        "deviceCreate",
        "backendGetApiVersion",
        "backendGetBuildId"
      })
  void aBackendThatDoesNotStartGivesBackWhatItTook(String slot) {
    standIn.fail(slot, 4000);
    NativeCallException error = assertThrows(NativeCallException.class, standIn::open);
    assertEquals(4000, error.code());
    assertEquals("QNN_BACKEND_ERROR_CANNOT_INITIALIZE", error.codeName());
    for (String kind : List.of("log", "backend", "device", "platformInfo")) {
      assertEquals(Set.of(), standIn.live(kind), kind);
    }
  }

  @Test
  void anErrorHasTheFunctionTheNameTheLibrarysWordsAndAdvice() {
    standIn.fail("backendCreate", 4000);
    NativeCallException error = assertThrows(NativeCallException.class, standIn::open);
    assertEquals("QnnBackend_create", error.function());
    assertEquals(
        "stand-in error 4000; all that the stand-in knows of 4000", error.libraryMessage());
    assertEquals(
        "QNN QnnBackend_create failed with error 4000 (QNN_BACKEND_ERROR_CANNOT_INITIALIZE):"
            + " the backend can't start on this machine [stand-in error 4000; all that the stand-in"
            + " knows of 4000]. Run npu4j doctor to see whether there is an NPU and its driver.",
        error.getMessage());
    assertEquals(Set.of(), standIn.live("message"), "the verbose message was given back");
  }

  @ParameterizedTest
  @ValueSource(strings = {"logCreate", "backendCreate", "deviceCreate"})
  void aBackendThatFindsNoSnapdragonMeansThatThereIsNoDevice(String slot) {
    standIn.fail(slot, 4000);
    NativeCallException refused = assertThrows(NativeCallException.class, standIn::open);
    DeviceUnavailableException meaning =
        assertInstanceOf(DeviceUnavailableException.class, Qnn.startFailure(refused));
    assertEquals("there is no NPU here", meaning.what());
    assertTrue(meaning.why().contains("stand-in error 4000"), meaning.why());
    assertEquals(
        "Run npu4j doctor to see whether there is an NPU and its driver.", meaning.advice());
    assertSame(refused, meaning.getCause());
  }

  @Test
  void anyOtherFailureToStartIsNoQuestionOfTheDevice() {
    standIn.fail("backendCreate", 4003);
    NativeCallException refused = assertThrows(NativeCallException.class, standIn::open);
    assertSame(refused, Qnn.startFailure(refused));
  }

  @Test
  void anErrorThatNobodyKnowsIsStillTold() {
    standIn.fail("backendCreate", 4711);
    standIn.fail("errorGetMessage", 10001);
    standIn.fail("errorGetVerboseMessage", 10001);
    NativeCallException error = assertThrows(NativeCallException.class, standIn::open);
    assertEquals("QNN QnnBackend_create failed with error 4711 (unknown)", error.getMessage());
  }

  @Test
  void aBackendWithoutDevicesWorks() {
    standIn.fail("deviceGetPlatformInfo", 1000).fail("deviceCreate", 1000);
    try (Qnn qnn = standIn.open()) {
      assertEquals(List.of(), qnn.platform().devices());
      assertEquals(MemorySegment.NULL, qnn.device());
      assertFalse(qnn.platform().isEmulator());
    }
    assertEquals(List.of(), standIn.doubleFrees());
  }

  @Test
  void aSocModelIsPassedOn() {
    Qnn.of(standIn.provider(), standIn.system(), QnnOptions.defaults().withSocModel(88)).close();
    assertEquals(List.of(0L), standIn.configOptions());
  }

  @Test
  void aTableOfAVersionNeverLookedAtIsRefused() {
    standIn.coreVersion(new QnnVersion(2, 36, 0));
    assertThrows(RuntimeMissingException.class, standIn::open);
    standIn.coreVersion(new QnnVersion(3, 0, 0));
    RuntimeMissingException refused = assertThrows(RuntimeMissingException.class, standIn::open);
    assertTrue(refused.getMessage().contains("version 3.0.0"), refused.getMessage());
  }

  @Test
  void aLibraryThatIsNotThereIsSaidToBeMissing() {
    RuntimeMissingException missing =
        assertThrows(
            RuntimeMissingException.class,
            () -> Qnn.load(QnnLibraries.ofBackend(Path.of("no", "libQnnHtp.so"))));
    assertTrue(missing.getMessage().contains("libQnnHtp.so"), missing.getMessage());
  }

  private static void assertCloses(AutoCloseable one) {
    try {
      one.close();
    } catch (Exception thrown) {
      throw new AssertionError("closing again must do nothing", thrown);
    }
  }
}
