package io.github.npu4j.qnn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.engine.CompiledModels;
import io.github.npu4j.engine.TestModels;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.NativeCallException;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.qnn.info.ContextBinary;
import io.github.npu4j.qnn.info.GraphInfo;
import io.github.npu4j.qnn.info.GraphTensor;
import io.github.npu4j.qnn.info.QnnVersion;
import io.github.npu4j.qnn.info.QnnVersions;
import io.github.npu4j.runtime.NativeRuntime;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The real libraries and the emulator, by this room alone. */
@Timeout(240)
class QnnIT {

  private static final int WIDTH = 32;
  private static final Arena ARENA = Arena.ofShared();

  private static Path htp;
  private static Path system;
  private static Path file;
  private static MemorySegment binary;
  private static Qnn qnn;

  @BeforeAll
  static void open() throws IOException {
    NativeRuntime runtime = NativeRuntime.find();
    htp = runtime.qnnHtp().require();
    system = runtime.qnnSystem().require();
    Path folder = Files.createDirectories(Path.of("target", "qnn-models"));
    file = CompiledModels.binary(TestModels.mlp(folder));
    binary = map(ARENA, file);
    qnn = Qnn.load(new QnnLibraries(htp, system));
  }

  @AfterAll
  static void close() {
    qnn.close();
    ARENA.close();
  }

  @Test
  void tellsWhatItIs() {
    QnnVersions versions = qnn.versions();
    assertEquals("HTP_QTI_AISW", versions.provider());
    assertEquals(6, versions.backendId());
    assertTrue(SystemTrial.isKnown(versions.system()), versions.toString());
    assertTrue(versions.buildId().startsWith("v2."), versions.buildId());
    assertTrue(qnn.platform().isEmulator(), qnn.platform().toString());
    assertTrue(qnn.supports(QnnProperty.CONTEXT_CACHING));
    assertFalse(qnn.supports(QnnProperty.GRAPH_ASYNC_EXECUTION));
    assertFalse(qnn.supports(QnnProperty.TENSOR_MEMORY_HANDLE));
  }

  @Test
  void readsWhatIsInside() {
    ContextBinary info = qnn.system().read(binary);
    assertEquals(3, info.infoVersion());
    assertEquals(OptionalInt.of(60), info.socModel());
    assertEquals(0, info.sharedWeightsBytes());
    GraphInfo graph = info.graphs().getFirst();
    assertEquals("x", graph.inputs().getFirst().name());
    assertEquals(Shape.of(1, WIDTH), graph.inputSpecs().getFirst().shape());
    assertEquals(ElementType.FLOAT32, graph.inputSpecs().getFirst().type());
    assertEquals(Shape.of(1, 8), graph.outputSpecs().getFirst().shape());
    GraphInfo.HtpInfo htpInfo = graph.htp().orElseThrow();
    assertTrue(htpInfo.sizes().isPresent(), graph.toString());
    assertEquals(4 << 20, htpInfo.vtcmBytes());
  }

  @Test
  void runsOverItsOwnAndOverTheCallersMemory() {
    try (QnnContext context = QnnContext.create(qnn, binary);
        QnnBinding own = graph(context).bind();
        QnnBinding callers = graph(context).bind()) {
      fill(own.input("x"));
      own.execute();
      float[] expected = own.output("y").toArray(ValueLayout.JAVA_FLOAT);
      assertTrue(sum(expected) != 0);

      MemorySegment input = ARENA.allocate(WIDTH * 4 + 64, 64);
      MemorySegment output = ARENA.allocate(8 * 4 + 64, 64).fill((byte) 0x5a);
      fill(input);
      callers.bindInput("x", input);
      callers.bindOutput("y", output);
      callers.execute();
      assertArrayEquals(
          expected, output.asSlice(0, 32).toArray(ValueLayout.JAVA_FLOAT), "bit for bit");
      for (long at = 32; at < output.byteSize(); at++) {
        assertEquals(0x5a, output.get(ValueLayout.JAVA_BYTE, at), "written beyond the tensor");
      }
    }
  }

  @Test
  void profilesPhasesAndOperations() {
    try (QnnContext context = QnnContext.create(qnn, binary);
        QnnBinding binding = graph(context).bind();
        Profile basic = Profile.create(qnn, Profile.Level.BASIC);
        Profile detailed = Profile.create(qnn, Profile.Level.DETAILED)) {
      binding.execute(basic, null);
      binding.execute(detailed, null);
      assertTrue(
          basic.events().stream().anyMatch(event -> event.unit() == ProfileEvent.Unit.MICROSECONDS),
          basic.events().toString());
      assertTrue(
          detailed.events().stream()
              .flatMap(event -> event.children().stream())
              .anyMatch(child -> child.type() == 404),
          detailed.events().toString());
    }
  }

  @Test
  void whatTheEmulatorHasNotItSaysInWords() {
    try (QnnContext context = QnnContext.create(qnn, binary);
        QnnBinding binding = graph(context).bind();
        SharedBuffer buffer =
            new SharedBuffer(Arena.ofShared(), ARENA.allocate(4096, 4096), 3, () -> {})) {
      GraphTensor x = graph(context).info().inputs().getFirst();
      List<NativeCallException> refused = new ArrayList<>();
      refused.add(assertThrows(NativeCallException.class, binding::executeAsync));
      refused.add(assertThrows(NativeCallException.class, () -> context.register(buffer, 0, x)));
      refused.add(assertThrows(NativeCallException.class, () -> RunSignal.aborting(qnn)));
      refused.add(
          assertThrows(
              NativeCallException.class, () -> RunSignal.timeout(qnn, Duration.ofMillis(1))));
      refused.add(
          assertThrows(
              NativeCallException.class,
              () -> QnnContext.validate(qnn, binary, ContextOptions.defaults())));
      refused.add(
          assertThrows(
              NativeCallException.class,
              () ->
                  QnnContext.create(
                      qnn,
                      binary,
                      ContextOptions.defaults().withLoading(ContextOptions.Loading.CALLBACK))));
      for (NativeCallException each : refused) {
        assertEquals("QNN_COMMON_ERROR_NOT_SUPPORTED", each.codeName());
        assertTrue(
            each.getMessage().contains("this backend or platform does not offer the function"),
            each.getMessage());
        assertFalse(each.libraryMessage().isEmpty());
      }
      binding.execute();
    }
  }

  @Test
  void takesPrioritiesAndPowerVotes() {
    try (QnnContext context =
            QnnContext.create(qnn, binary, ContextOptions.defaults().withPriority(Priority.HIGH));
        QnnBinding binding = graph(context).bind();
        HtpPower power = HtpPower.open(qnn, PowerOptions.defaults())) {
      context.setPriority(Priority.LOW);
      graph(context).setPriority(Priority.NORMAL);
      power.begin();
      assertTrue(power.isVoted());
      binding.execute();
      power.end();
    }
  }

  @Test
  void refusesWhatIsNoContextBinary() throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    for (int length : new int[] {1, 16, 100, 4096, bytes.length / 2}) {
      MemorySegment cut = ARENA.allocate(length, 64);
      MemorySegment.copy(bytes, 0, cut, ValueLayout.JAVA_BYTE, 0, length);
      NpuException refused = assertThrows(NpuException.class, () -> QnnContext.create(qnn, cut));
      assertFalse(refused.advice().isEmpty(), refused.getMessage());
    }
    NativeCallException zeros =
        assertThrows(NativeCallException.class, () -> qnn.system().read(ARENA.allocate(8192)));
    assertEquals("QnnSystemContext_getBinaryInfo", zeros.function());
    assertThrows(
        BadInputException.class, () -> QnnContext.create(qnn, MemorySegment.ofArray(bytes)));
  }

  @Test
  void closingWhileEightThreadsRunEndsThemInWords() throws Exception {
    QnnContext context = QnnContext.create(qnn, binary);
    CountDownLatch running = new CountDownLatch(8);
    List<CompletableFuture<Void>> runs = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      QnnBinding binding = graph(context).bind();
      CompletableFuture<Void> run = new CompletableFuture<>();
      runs.add(run);
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                try {
                  binding.execute();
                  running.countDown();
                  while (true) {
                    binding.execute();
                  }
                } catch (Throwable ended) {
                  run.completeExceptionally(ended);
                  running.countDown();
                }
              }));
    }
    running.await();
    context.close();
    context.close();
    for (CompletableFuture<Void> run : runs) {
      ExecutionException ended = assertThrows(ExecutionException.class, run::get);
      assertInstanceOf(IllegalStateException.class, ended.getCause());
      assertEquals("this binding is closed", ended.getCause().getMessage());
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThrows(IllegalStateException.class, () -> graph(context));
  }

  @Test
  void aSecondBackendInTheSameProcessGetsAlong() {
    try (Qnn second =
            Qnn.load(new QnnLibraries(htp, system), QnnOptions.defaults().withSocModel(60));
        QnnContext one = QnnContext.create(qnn, binary);
        QnnContext two = QnnContext.create(second, binary);
        QnnBinding first = graph(one).bind();
        QnnBinding other = graph(two).bind()) {
      fill(first.input("x"));
      fill(other.input("x"));
      first.execute();
      other.execute();
      assertEquals(-1, first.output("y").mismatch(other.output("y")));
    }
  }

  @Test
  void aLibraryOfUnknownVersionIsTriedInAChildFirst() {
    new SystemTrial(system, new QnnVersion(9, 9, 9)).read(binary);
  }

  private static QnnGraph graph(QnnContext context) {
    return context.graph(context.graphNames().getFirst());
  }

  static MemorySegment map(Arena arena, Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
    }
  }

  private static void fill(MemorySegment input) {
    for (int i = 0; i < WIDTH; i++) {
      input.setAtIndex(ValueLayout.JAVA_FLOAT, i, (i - 16) / 16f);
    }
  }

  private static float sum(float[] values) {
    float sum = 0;
    for (float value : values) {
      sum += Math.abs(value);
    }
    return sum;
  }
}
