package io.github.npu4j.qnn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.IncompatibleModelException;
import io.github.npu4j.error.NativeCallException;
import io.github.npu4j.qnn.info.GraphInfo;
import io.github.npu4j.tensor.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Contexts and graphs, over the stand-in. */
class QnnContextTest {

  private static final byte[] BYTES = "the bytes of a binary".getBytes();

  private final StandInBackend standIn = new StandInBackend();
  private final Arena arena = Arena.ofShared();
  private final MemorySegment binary = arena.allocateFrom(ValueLayout.JAVA_BYTE, BYTES);

  @AfterEach
  void nothingIsLeft() {
    assertEquals(Set.of(), standIn.live("context"));
    assertEquals(Set.of(), standIn.live("system"));
    assertEquals(List.of(), standIn.doubleFrees());
    arena.close();
  }

  @Test
  void loadsFromTheBufferAndFindsGraphsOnce() {
    try (Qnn qnn = standIn.open();
        QnnContext context = QnnContext.create(qnn, binary)) {
      assertArrayEquals(BYTES, standIn.received());
      assertEquals(List.of("g"), context.graphNames());
      assertSame(context.graph("g"), context.graph("g"));
      assertEquals(1, standIn.calls("graphRetrieve"));
      assertEquals(0, standIn.calls("contextCreateFromBinaryWithCallback"));
      assertEquals(standIn.open().system().read(binary), context.binary());
    }
  }

  @Test
  void loadsByCallbackWhereTheBackendSupportsIt() {
    standIn.support(QnnProperty.CONTEXT_CREATE_FROM_BINARY_WITH_CALLBACK);
    try (Qnn qnn = standIn.open()) {
      QnnContext.create(qnn, binary).close();
      assertArrayEquals(BYTES, standIn.received());
      assertEquals(1, standIn.calls("contextCreateFromBinaryWithCallback"));
      assertEquals(0, standIn.calls("contextCreateFromBinary"));
      ContextOptions fromBuffer =
          ContextOptions.defaults().withLoading(ContextOptions.Loading.BUFFER);
      QnnContext.create(qnn, binary, fromBuffer).close();
      assertEquals(1, standIn.calls("contextCreateFromBinary"));
    }
  }

  @Test
  void passesOptionsOn() {
    standIn.describe(
        StandInBackend.binary(
            StandInBackend.graph("a", "x", "y", Shape.of(1)),
            StandInBackend.graph("b", "x", "y", Shape.of(1))));
    ContextOptions everything =
        ContextOptions.defaults()
            .withLoading(ContextOptions.Loading.BUFFER)
            .withPriority(Priority.HIGH)
            .withEnabledGraphs(List.of("a"))
            .withAsyncQueueDepth(4)
            .withMemoryLimitMegabytes(512)
            .withReadBudgetMegabytes(16)
            .withStrictCompatibility(true)
            .withDeferredGraphs(true);
    try (Qnn qnn = standIn.open();
        QnnContext context = QnnContext.create(qnn, binary, everything)) {
      assertEquals(List.of(1L, 5L, 4L, 6L, 0L, 8L, 9L), standIn.configOptions());
      context.setPriority(Priority.LOW);
      context.graph("a").setPriority(Priority.CRITICAL);
      context.graph("a").setProfiledRuns(3);
      assertEquals(
          List.of(1L, 3L, 6L), standIn.configOptions().subList(7, standIn.configOptions().size()));
    }
  }

  @Test
  void refusesToEnableAGraphThatIsNotThere() {
    try (Qnn qnn = standIn.open()) {
      BadInputException refused =
          assertThrows(
              BadInputException.class,
              () ->
                  QnnContext.create(
                      qnn, binary, ContextOptions.defaults().withEnabledGraphs(List.of("z"))));
      assertTrue(refused.getMessage().contains("[g]"), refused.getMessage());
    }
  }

  @Test
  void namesTheGraphsThereAre() {
    try (Qnn qnn = standIn.open();
        QnnContext context = QnnContext.create(qnn, binary)) {
      BadInputException refused =
          assertThrows(BadInputException.class, () -> context.graph("other"));
      assertEquals(
          "can't use graph other: the context binary has [g]. Name one of these.",
          refused.getMessage());
    }
  }

  @Test
  void aBinaryThatIsRefusedLeavesNothing() {
    try (Qnn qnn = standIn.open()) {
      standIn.failOnce("contextCreateFromBinary", 5005);
      NativeCallException refused =
          assertThrows(NativeCallException.class, () -> QnnContext.create(qnn, binary));
      assertEquals("QNN_CONTEXT_ERROR_CREATE_FROM_BINARY", refused.codeName());
      standIn.failOnce("systemContextGetBinaryInfo", 30010);
      refused = assertThrows(NativeCallException.class, () -> QnnContext.create(qnn, binary));
      assertEquals("QNN_SYSTEM_CONTEXT_ERROR_MALFORMED_BINARY", refused.codeName());
      standIn.failOnce("systemContextCreate", 30002);
      assertThrows(NativeCallException.class, () -> QnnContext.create(qnn, binary));
    }
  }

  @Test
  void aGraphThatCanNotBeRetrievedIsTriedAgainNextTime() {
    try (Qnn qnn = standIn.open();
        QnnContext context = QnnContext.create(qnn, binary)) {
      standIn.failOnce("graphRetrieve", 6035);
      assertThrows(NativeCallException.class, () -> context.graph("g"));
      assertEquals("g", context.graph("g").info().name());
    }
  }

  @Test
  void refusesSharedWeightsInTheEmulatorBeforeTheCallThatWouldEndTheProcess() {
    GraphInfo plain = StandInBackend.graph("g", "x", "y", Shape.of(1));
    GraphInfo sharing =
        new GraphInfo(
            "g",
            plain.inputs(),
            plain.outputs(),
            Optional.of(
                new GraphInfo.HtpInfo(
                    0, 4 << 20, 3, 4, Optional.of(new GraphInfo.Sizes(1, 2, 3, 4, 45_195_264)))));
    standIn.describe(StandInBackend.binary(sharing)).device(30, 68);
    try (Qnn qnn = standIn.open()) {
      if (qnn.platform().isEmulator()) { // only an x86-64 process can find the emulator
        IncompatibleModelException refused =
            assertThrows(IncompatibleModelException.class, () -> QnnContext.create(qnn, binary));
        assertTrue(refused.getMessage().contains("45195264 bytes"), refused.getMessage());
        assertEquals(0, standIn.calls("contextCreateFromBinary"));
      }
    }
    standIn.device(60, 73);
    try (Qnn qnn = standIn.open()) {
      QnnContext.create(qnn, binary).close();
      assertEquals(1, standIn.calls("contextCreateFromBinary"));
    }
  }

  @Test
  void refusesMemoryThatNativeCodeCanNotReach() {
    try (Qnn qnn = standIn.open()) {
      for (MemorySegment useless :
          List.of(MemorySegment.ofArray(BYTES), MemorySegment.NULL, binary.asSlice(0, 0))) {
        assertThrows(BadInputException.class, () -> QnnContext.create(qnn, useless));
      }
    }
  }

  @Test
  void validatesWithoutLoading() {
    try (Qnn qnn = standIn.open()) {
      QnnContext.validate(qnn, binary, ContextOptions.defaults());
      standIn.fail("contextValidateBinary", 5008);
      NativeCallException refused =
          assertThrows(
              NativeCallException.class,
              () -> QnnContext.validate(qnn, binary, ContextOptions.defaults()));
      assertTrue(refused.advice().contains("for this SoC"), refused.advice());
      assertEquals(0, standIn.calls("contextCreateFromBinary"));
    }
  }

  @Test
  void profilesTheLoading() {
    try (Qnn qnn = standIn.open();
        Profile profile = Profile.create(qnn, Profile.Level.DETAILED)) {
      QnnContext.create(qnn, binary, ContextOptions.defaults(), profile).close();
      assertEquals("whole", profile.events().getFirst().name());
    }
  }
}
