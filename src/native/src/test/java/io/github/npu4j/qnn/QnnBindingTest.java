package io.github.npu4j.qnn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.IncompatibleModelException;
import io.github.npu4j.error.NativeCallException;
import io.github.npu4j.error.RunAbortedException;
import io.github.npu4j.internal.ffm.Downcall;
import io.github.npu4j.qnn.info.GraphInfo;
import io.github.npu4j.qnn.info.GraphTensor;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.testing.Allocation;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs, over the stand-in. */
@Timeout(60)
class QnnBindingTest {

  private static final Shape SHAPE = Shape.of(1, 4);

  private final StandInBackend standIn = new StandInBackend();
  private final Arena arena = Arena.ofShared();
  private Qnn qnn;
  private QnnContext context;

  @BeforeEach
  void open() {
    qnn = standIn.open();
    context = QnnContext.create(qnn, arena.allocate(64));
  }

  @AfterEach
  void nothingIsLeft() {
    qnn.close();
    assertEquals(Set.of(), standIn.live("context"));
    assertEquals(Set.of(), standIn.live("memory"));
    assertEquals(List.of(), standIn.doubleFrees());
    arena.close();
  }

  @Test
  void runsOverMemoryOfItsOwn() {
    try (QnnBinding binding = context.graph("g").bind()) {
      binding.input("x").setAtIndex(ValueLayout.JAVA_FLOAT, 2, 1.5f);
      binding.execute();
      assertEquals(1.5f, binding.output("y").getAtIndex(ValueLayout.JAVA_FLOAT, 2));
      assertEquals(16, binding.output("y").byteSize());
      assertEquals(0, binding.input("x").address() % 64);
      assertSame(binding.input("x"), binding.input("x"));
    }
  }

  @Test
  void runsOverTheCallersMemory() {
    MemorySegment input = arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1, 2, 3, 4, 5);
    MemorySegment output = arena.allocate(64);
    try (QnnBinding binding = context.graph("g").bind()) {
      binding.bindInput("x", input);
      binding.bindOutput("y", output);
      binding.execute();
      assertEquals(4f, output.getAtIndex(ValueLayout.JAVA_FLOAT, 3));
      assertEquals(0f, output.getAtIndex(ValueLayout.JAVA_FLOAT, 4), "cut to the tensor's size");
      assertEquals(input.address(), binding.input("x").address());
    }
    assertTrue(output.scope().isAlive());
  }

  @Test
  void refusesMemoryThatDoesNotFit() {
    try (QnnBinding binding = context.graph("g").bind()) {
      BadInputException tooSmall =
          assertThrows(BadInputException.class, () -> binding.bindInput("x", arena.allocate(15)));
      assertTrue(
          tooSmall.getMessage().contains("15 bytes and the tensor needs 16"),
          tooSmall.getMessage());
      assertThrows(
          BadInputException.class,
          () -> binding.bindOutput("y", MemorySegment.ofArray(new float[4])));
      BadInputException noSuch = assertThrows(BadInputException.class, () -> binding.input("y"));
      assertEquals("can't bind y: the graph has [x]. Name one of these.", noSuch.getMessage());
    }
  }

  @Test
  void refusesTensorsThatCanNotBeBound() {
    GraphTensor usual = StandInBackend.tensor(1, "x", GraphTensor.Role.INPUT, SHAPE);
    GraphTensor dynamic =
        new GraphTensor(1, usual.spec().withShape(Shape.of(1, -1)), usual.role(), 0x232, 0, 2);
    GraphTensor sparse = new GraphTensor(1, usual.spec(), usual.role(), 0x232, 1, 1);
    GraphTensor huge =
        new GraphTensor(
            1, usual.spec().withShape(Shape.of(1 << 16, 1 << 16)), usual.role(), 0x232, 0, 1);
    for (GraphTensor tensor : List.of(dynamic, sparse, huge)) {
      standIn.describe(
          StandInBackend.binary(new GraphInfo("g", List.of(tensor), List.of(), Optional.empty())));
      try (QnnContext other = QnnContext.create(qnn, arena.allocate(64))) {
        IncompatibleModelException refused =
            assertThrows(IncompatibleModelException.class, () -> other.graph("g").bind());
        assertTrue(refused.getMessage().startsWith("can't bind tensor x: "), refused.getMessage());
      }
    }
  }

  @Test
  void refusesMemoryThatWasFreed() {
    try (QnnBinding binding = context.graph("g").bind()) {
      try (Arena shortLived = Arena.ofConfined()) {
        binding.bindInput("x", shortLived.allocate(16));
        binding.execute();
      }
      IllegalStateException freed = assertThrows(IllegalStateException.class, binding::execute);
      assertEquals("the memory bound to x was freed by closing its arena", freed.getMessage());
      binding.bindInput("x", arena.allocate(16));
      binding.execute();
    }
  }

  @Test
  void refusesASecondThreadInTheMiddleOfARun() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    standIn.onExecute((inputs, outputs) -> {
      running.countDown();
      goOn.await();
    });
    try (QnnBinding binding = context.graph("g").bind()) {
      CompletableFuture<Void> run = CompletableFuture.runAsync(binding::execute);
      running.await();
      assertThrows(IllegalStateException.class, binding::execute);
      assertThrows(IllegalStateException.class, () -> binding.bindInput("x", arena.allocate(16)));
      goOn.countDown();
      run.get();
      binding.execute();
    }
  }

  @Test
  void holdsTheCallersArenaOpenDuringARun() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    standIn.onExecute((inputs, outputs) -> {
      running.countDown();
      goOn.await();
    });
    Arena others = Arena.ofShared();
    try (QnnBinding binding = context.graph("g").bind()) {
      binding.bindInput("x", others.allocate(16));
      CompletableFuture<Void> run = CompletableFuture.runAsync(binding::execute);
      running.await();
      assertThrows(IllegalStateException.class, others::close);
      goOn.countDown();
      run.get();
      assertThrows(IllegalStateException.class, binding::executeAsync);
    } finally {
      others.close();
    }
  }

  @Test
  void holdsOnlySoManyArenas() {
    GraphTensor usual = StandInBackend.tensor(1, "x", GraphTensor.Role.INPUT, SHAPE);
    List<GraphTensor> inputs = new ArrayList<>();
    for (int i = 0; i <= Downcall.HELD; i++) {
      inputs.add(StandInBackend.tensor(i, "x" + i, GraphTensor.Role.INPUT, usual.spec().shape()));
    }
    standIn.describe(
        StandInBackend.binary(new GraphInfo("g", inputs, List.of(), Optional.empty())));
    List<Arena> arenas = new ArrayList<>();
    try (QnnContext other = QnnContext.create(qnn, arena.allocate(64));
        QnnBinding binding = other.graph("g").bind()) {
      for (int i = 0; i < Downcall.HELD; i++) {
        arenas.add(Arena.ofConfined());
        binding.bindInput("x" + i, arenas.getLast().allocate(16));
      }
      binding.execute();
      arenas.add(Arena.ofConfined());
      binding.bindInput("x" + Downcall.HELD, arenas.getLast().allocate(16));
      BadInputException refused = assertThrows(BadInputException.class, binding::execute);
      assertTrue(refused.getMessage().contains("more than 4 arenas"), refused.getMessage());
      // Moving on is possible, one tensor at a time.
      binding.bindInput("x" + Downcall.HELD, arenas.getFirst().allocate(16));
      arenas.removeLast().close();
      binding.execute();
    } finally {
      arenas.forEach(Arena::close);
    }
  }

  @Test
  void runsWithoutAllocating() {
    // Not an upcall, which would allocate on this thread, but any C function that answers 0.
    MemorySegment nothing = Linker.nativeLinker().defaultLookup().find("sched_yield").orElseThrow();
    try (Qnn quiet = standIn.openWith("graphExecute", nothing);
        QnnContext other = QnnContext.create(quiet, arena.allocate(64));
        QnnBinding binding = other.graph("g").bind()) {
      assertEquals(0, leastAllocated(binding));
      binding.bindInput("x", arena.allocate(16));
      assertEquals(0, leastAllocated(binding), "the caller's memory");
    }
  }

  private static long leastAllocated(QnnBinding binding) {
    return Allocation.leastBytes(() -> {
      for (int i = 0; i < 1000; i++) {
        binding.execute();
      }
    });
  }

  @Test
  void aFailedRunSaysSoAndTheNextOneWorks() {
    try (QnnBinding binding = context.graph("g").bind()) {
      standIn.failOnce("graphExecute", 6000);
      NativeCallException failed = assertThrows(NativeCallException.class, binding::execute);
      assertEquals("QnnGraph_execute", failed.function());
      assertEquals("QNN_GRAPH_ERROR_INVALID_ARGUMENT", failed.codeName());
      assertFalse(Qnn.lostDevice(failed));
      binding.execute();
    }
  }

  @Test
  void aSignalEndsARun() {
    try (QnnBinding binding = context.graph("g").bind();
        RunSignal abort = RunSignal.aborting(qnn);
        RunSignal limit = RunSignal.timeout(qnn, Duration.ofMillis(5))) {
      abort.abort();
      standIn.failOnce("graphExecute", 6031);
      RunAbortedException ended =
          assertThrows(RunAbortedException.class, () -> binding.execute(null, abort));
      assertInstanceOf(NativeCallException.class, ended.getCause());
      limit.setTimeout(Duration.ofMillis(7));
      standIn.failOnce("graphExecute", 6033);
      assertThrows(RunAbortedException.class, () -> binding.execute(null, limit));
      binding.execute(null, abort);
    }
    assertEquals(1, standIn.calls("signalTrigger"));
    assertEquals(1, standIn.calls("signalSetConfig"));
    assertEquals(Set.of(), standIn.live("signal"));
  }

  @Test
  void aRestartOfTheSubsystemInMidRunIsKnownByItsError() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch restarted = new CountDownLatch(1);
    standIn.onExecute((inputs, outputs) -> {
      running.countDown();
      restarted.await();
    });
    try (QnnBinding binding = context.graph("g").bind()) {
      CompletableFuture<Void> run = CompletableFuture.runAsync(binding::execute);
      running.await();
      standIn.restartSubsystem();
      restarted.countDown();
      ExecutionException failed = assertThrows(ExecutionException.class, run::get);
      NativeCallException lost = assertInstanceOf(NativeCallException.class, failed.getCause());
      assertTrue(Qnn.lostDevice(lost), lost.getMessage());
      assertThrows(NativeCallException.class, binding::execute, "the old context stays lost");
    }
    try (QnnContext again = QnnContext.create(qnn, arena.allocate(64));
        QnnBinding binding = again.graph("g").bind()) {
      binding.execute();
    }
  }

  @Test
  void closingAfterTheDeviceIsGoneDoesNotThrow() {
    QnnContext lost = QnnContext.create(qnn, arena.allocate(64));
    lost.graph("g").bind();
    standIn.failOnce("contextFree", 1011);
    lost.close();
    lost.close();
    assertEquals(2, standIn.live("context").size(), "it could not be freed");
    standIn.forget(lost.handle());
  }

  @Test
  void closingWaitsForEightThreadsThatRun() throws Exception {
    CountDownLatch running = new CountDownLatch(8);
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicInteger inside = new AtomicInteger();
    standIn.onExecute((inputs, outputs) -> {
      inside.incrementAndGet();
      running.countDown();
      goOn.await();
      inside.decrementAndGet();
    });
    List<CompletableFuture<Void>> runs = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      QnnBinding binding = context.graph("g").bind();
      CompletableFuture<Void> run = new CompletableFuture<>();
      runs.add(run);
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                try {
                  while (true) {
                    binding.execute();
                  }
                } catch (Throwable ended) {
                  run.completeExceptionally(ended);
                }
              }));
    }
    running.await();
    CompletableFuture<Integer> closing =
        CompletableFuture.supplyAsync(() -> {
          context.close();
          return inside.get();
        });
    CompletableFuture<Integer> closingToo =
        CompletableFuture.supplyAsync(() -> {
          context.close();
          return inside.get();
        });
    Thread.sleep(50);
    assertFalse(closing.isDone(), "closing must wait for the runs");
    assertEquals(1, standIn.live("context").size());
    goOn.countDown();
    assertEquals(0, closing.get());
    assertEquals(0, closingToo.get(), "whoever closes second waits too");
    for (CompletableFuture<Void> run : runs) {
      ExecutionException ended = assertThrows(ExecutionException.class, run::get);
      assertEquals("this binding is closed", ended.getCause().getMessage());
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(0, standIn.live("context").size());
  }

  @Test
  void runsAsynchronously() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    standIn.onExecute((inputs, outputs) -> {
      goOn.await();
      outputs.getFirst().setAtIndex(ValueLayout.JAVA_FLOAT, 0, 7f);
    });
    try (QnnBinding binding = context.graph("g").bind()) {
      CompletableFuture<Void> run = binding.executeAsync();
      assertThrows(IllegalStateException.class, binding::executeAsync);
      assertFalse(run.isDone());
      goOn.countDown();
      run.get(30, TimeUnit.SECONDS);
      assertEquals(7f, binding.output("y").getAtIndex(ValueLayout.JAVA_FLOAT, 0));
      binding.executeAsync().get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void anAsynchronousRunThatFailsCompletesWithItsError() {
    standIn.restartSubsystem();
    try (QnnBinding binding = context.graph("g").bind()) {
      ExecutionException failed =
          assertThrows(ExecutionException.class, binding.executeAsync()::get);
      NativeCallException lost = assertInstanceOf(NativeCallException.class, failed.getCause());
      assertEquals("QnnGraph_executeAsync", lost.function());
    }
  }

  @Test
  void anAsynchronousRunThatDoesNotStartLeavesTheBindingFree() {
    try (QnnBinding binding = context.graph("g").bind()) {
      standIn.failOnce("graphExecuteAsync", 6025);
      NativeCallException refused = assertThrows(NativeCallException.class, binding::executeAsync);
      assertTrue(refused.getMessage().contains("too many"), refused.getMessage());
      binding.execute();
      binding.executeAsync().join();
    }
  }

  @Test
  void closingWaitsForAnAsynchronousRun() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    standIn.onExecute((inputs, outputs) -> goOn.await());
    QnnBinding binding = context.graph("g").bind();
    CompletableFuture<Void> run = binding.executeAsync();
    CompletableFuture<Void> closing = CompletableFuture.runAsync(context::close);
    Thread.sleep(30);
    assertFalse(closing.isDone());
    goOn.countDown();
    closing.get();
    run.get(30, TimeUnit.SECONDS);
  }

  @Test
  void anExceptionInsideACallbackIsAnErrorNotTheEndOfTheVm() {
    standIn.onExecute((inputs, outputs) -> {
      throw new IllegalArgumentException("from inside a callback");
    });
    try (QnnBinding binding = context.graph("g").bind()) {
      NativeCallException failed = assertThrows(NativeCallException.class, binding::execute);
      assertEquals(StandInTable.THREW, failed.code());
    }
  }

  @Test
  void profilesARun() {
    try (QnnBinding binding = context.graph("g").bind();
        Profile profile = Profile.create(qnn, Profile.Level.DETAILED)) {
      binding.execute(profile, null);
      ProfileEvent whole = profile.events().getFirst();
      assertEquals("whole", whole.name());
      assertEquals(100, whole.value());
      assertEquals(ProfileEvent.Unit.MICROSECONDS, whole.unit());
      assertEquals(7001, whole.timestamp().orElseThrow());
      ProfileEvent part = whole.children().getFirst();
      assertEquals("part", part.name());
      assertEquals(ProfileEvent.Unit.BYTES, part.unit());
      standIn.fail("profileGetExtendedEventData", 1000);
      assertTrue(profile.events().getFirst().timestamp().isEmpty());
    }
    assertEquals(Set.of(), standIn.live("profile"));
  }

  @Test
  void refusesAProfileOrASignalThatIsClosed() {
    Profile profile = Profile.create(qnn, Profile.Level.BASIC);
    profile.close();
    RunSignal signal = RunSignal.aborting(qnn);
    signal.close();
    try (QnnBinding binding = context.graph("g").bind()) {
      assertThrows(IllegalStateException.class, () -> binding.execute(profile, null));
      assertThrows(IllegalStateException.class, () -> binding.execute(null, signal));
      binding.execute();
    }
  }

  @Test
  void runsOverSharedMemory() {
    GraphTensor x = context.graph("g").info().inputs().getFirst();
    GraphTensor y = context.graph("g").info().outputs().getFirst();
    SharedMemory memory = standIn.sharedMemory();
    try (SharedBuffer buffer = memory.allocate(5000);
        QnnBinding binding = context.graph("g").bind()) {
      assertEquals(8192, buffer.segment().byteSize());
      assertEquals(0, buffer.segment().get(ValueLayout.JAVA_BYTE, 77), "zeroed");
      RegisteredMemory input = context.register(buffer, 0, x);
      RegisteredMemory output = context.register(buffer, 4096, y);
      binding.bindInput("x", input);
      binding.bindOutput("y", output);
      input.segment().setAtIndex(ValueLayout.JAVA_FLOAT, 1, 2.5f);
      binding.execute();
      assertEquals(2.5f, output.segment().getAtIndex(ValueLayout.JAVA_FLOAT, 1));
      assertEquals(2.5f, buffer.segment().get(ValueLayout.JAVA_FLOAT, 4100));

      output.close();
      IllegalStateException closed = assertThrows(IllegalStateException.class, binding::execute);
      assertEquals("this registered memory is closed", closed.getMessage());
      binding.bindOutput("y", arena.allocate(16));
      binding.execute();
    }
    assertEquals(Set.of(), standIn.live("memory"), "closing the buffer ends its registrations");
    assertEquals(Set.of(), standIn.live("rpcmem"));
  }

  @Test
  void refusesToRegisterWhatTheDeviceCanNotUse() {
    GraphTensor x = context.graph("g").info().inputs().getFirst();
    GraphTensor wider = StandInBackend.tensor(9, "w", GraphTensor.Role.INPUT, Shape.of(1, 5));
    try (SharedBuffer plain = SharedMemory.plain("a test").allocate(64);
        SharedBuffer shared = standIn.sharedMemory().allocate(64);
        QnnBinding binding = context.graph("g").bind()) {
      assertThrows(BadInputException.class, () -> context.register(plain, 0, x));
      assertThrows(BadInputException.class, () -> context.register(shared, 4090, x));
      assertThrows(BadInputException.class, () -> context.register(shared, -1, x));
      RegisteredMemory other = context.register(shared, 0, wider);
      assertThrows(BadInputException.class, () -> binding.bindInput("x", other));
      standIn.failOnce("memRegister", 1000);
      NativeCallException refused =
          assertThrows(NativeCallException.class, () -> context.register(shared, 0, x));
      assertEquals("QnnMem_register", refused.function());
    }
  }
}
