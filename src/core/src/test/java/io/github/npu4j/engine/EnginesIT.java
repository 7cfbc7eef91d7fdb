package io.github.npu4j.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.github.npu4j.error.BadInputException;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.error.RunAbortedException;
import io.github.npu4j.tensor.OffHeap;
import io.github.npu4j.tensor.TensorSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The same cases over every engine: what a caller sees must not depend on which one runs. */
@ParameterizedClass(name = "{0}")
@MethodSource("io.github.npu4j.engine.EngineUnderTest#all")
class EnginesIT {

  private static final byte GUARD = 0x5a;
  private static final long GUARD_BYTES = 256;

  private final EngineUnderTest engine;
  private Model model;
  private String graph;

  EnginesIT(EngineUnderTest engine) {
    this.engine = engine;
  }

  @BeforeEach
  void open() {
    model = engine.open(EngineUnderTest.Sample.MLP);
    graph = model.graphs().getFirst();
  }

  @AfterEach
  void close() {
    model.close();
  }

  @AfterAll
  static void tellLibraries() {
    EngineUnderTest.printLibraries();
  }

  @Test
  void describesTheGraph() {
    GraphSpec spec = model.graph(graph);
    assertEquals(List.of("x"), spec.inputs().stream().map(TensorSpec::name).toList());
    assertEquals(List.of("y"), spec.outputs().stream().map(TensorSpec::name).toList());
    assertEquals(TestModels.WIDTH, spec.input("x").shape().elements());
    assertEquals(8, spec.output("y").shape().elements());
    assertEquals(engine.kind(), model.placement().engine());
    assertTrue(model.loadReport().totalNanos() > 0);
    assertTrue(model.loadReport().bytes() > 0);
  }

  @Test
  void agreesWithTheReference() {
    float[] x = EngineUnderTest.sampleInput(1);
    assertArrayEquals(EngineUnderTest.reference(x), run(x), engine.tolerance());
  }

  @Test
  void repeatsItself() {
    float[] x = EngineUnderTest.sampleInput(2);
    assertArrayEquals(run(x), run(x));
  }

  @Test
  void runsOnTheCallersOwnMemoryAndNothingAround() {
    try (Arena arena = Arena.ofShared();
        Binding binding = model.bind(graph)) {
      MemorySegment in = guarded(arena, binding.inputSpec("x").byteSize());
      MemorySegment out = guarded(arena, binding.outputSpec("y").byteSize());
      float[] x = EngineUnderTest.sampleInput(3);
      binding.bindInput("x", middle(in));
      binding.bindOutput("y", middle(out));
      binding.write("x", x);
      binding.run();
      float[] y = new float[8];
      binding.read("y", y);
      assertArrayEquals(run(x), y);
      assertEquals(middle(out).address(), binding.output("y").address());
      assertGuarded(in);
      assertGuarded(out);
    }
  }

  @Test
  void refusesMemoryItCantUse() {
    try (Arena arena = Arena.ofConfined();
        Binding binding = model.bind(graph)) {
      assertSays("4 bytes", () -> binding.bindInput("x", arena.allocate(4)));
      assertSays("Java heap", () -> binding.bindInput("x", MemorySegment.ofArray(new byte[4096])));
      assertSays("read-only", () -> binding.bindOutput("y", arena.allocate(4096).asReadOnly()));
      assertThrows(NullPointerException.class, () -> binding.bindInput("x", null));
    }
  }

  @Test
  void refusesWrongNamesAndCounts() {
    assertSays("no graph named absent", () -> model.bind("absent"));
    try (Binding binding = model.bind(graph)) {
      assertSays("no input named y", () -> binding.input("y"));
      assertSays("no output named x", () -> binding.output("x"));
      assertThrows(BadInputException.class, () -> binding.write("x", 1f, 2f));
      assertThrows(BadInputException.class, () -> binding.read("y", new float[9]));
      assertThrows(IllegalArgumentException.class, () -> binding.run(Duration.ZERO));
    }
  }

  @Test
  void refusesMemoryWhoseArenaIsClosed() {
    Arena arena = Arena.ofShared();
    Binding binding = model.bind(graph);
    binding.bindInput("x", OffHeap.allocate(arena, binding.inputSpec("x")));
    binding.run();
    arena.close();
    assertThrows(IllegalStateException.class, binding::run);
    binding.close();
  }

  @Test
  void refusesAnotherThreadsConfinedMemory() throws Exception {
    try (Arena arena = Arena.ofConfined();
        Binding binding = model.bind(graph)) {
      binding.bindInput("x", OffHeap.allocate(arena, binding.inputSpec("x")));
      binding.run();
      Throwable thrown = inThread(() -> assertThrows(RuntimeException.class, binding::run));
      assertTrue(thrown instanceof WrongThreadException, String.valueOf(thrown));
      binding.run();
    }
  }

  @Test
  void closesTwiceAndIsThenUnusable() {
    Binding binding = model.bind(graph);
    MemorySegment memory = binding.input("x");
    binding.close();
    binding.close();
    assertClosed(binding::run);
    assertClosed(() -> binding.run(Duration.ofSeconds(1)));
    assertClosed(() -> binding.input("x"));
    assertClosed(() -> binding.write("x", new float[TestModels.WIDTH]));
    assertClosed(() -> binding.bindInput("x", memory));
    assertThrows(IllegalStateException.class, () -> memory.get(ValueLayout.JAVA_BYTE, 0));
    binding.cancel();
    Binding left = model.bind(graph);
    model.close();
    model.close();
    assertClosed(left::run);
    assertClosed(() -> model.bind(graph));
    assertClosed(model::warmUp);
  }

  @Test
  void fourThreadsGetTheSame() throws Exception {
    float[] x = EngineUnderTest.sampleInput(4);
    float[] expected = run(x);
    inParallel(
        4,
        () -> {
          for (int round = 0; round < 20; round++) {
            assertArrayEquals(expected, run(x));
          }
          return null;
        });
  }

  @Test
  void closesWhileEightThreadsRun() throws Exception {
    AtomicLong runs = new AtomicLong();
    CountDownLatch underWay = new CountDownLatch(8);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<?>> loops = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        loops.add(
            threads.submit(() -> {
              Binding binding = model.bind(graph);
              binding.run();
              underWay.countDown();
              while (true) {
                binding.run();
                runs.incrementAndGet();
              }
            }));
      }
      underWay.await();
      Thread.sleep(30);
      model.close();
      for (Future<?> loop : loops) {
        ExecutionException ended = assertThrows(ExecutionException.class, loop::get);
        assertTrue(ended.getCause() instanceof IllegalStateException, ended.toString());
        assertTrue(ended.getCause().getMessage().contains("closed"), ended.toString());
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void keepsTwoThreadsFromOneBinding() throws Exception {
    try (Binding binding = model.bind(graph)) {
      AtomicLong refused = new AtomicLong();
      inParallel(
          2,
          () -> {
            for (int round = 0; round < 300; round++) {
              try {
                binding.run();
              } catch (IllegalStateException busy) {
                assertTrue(busy.getMessage().contains("another thread"), busy.getMessage());
                refused.incrementAndGet();
              }
            }
            return null;
          });
      binding.run();
    }
  }

  @Test
  void warmsUp() {
    model.warmUp();
    run(EngineUnderTest.sampleInput(5));
  }

  @Test
  void survivesATimeLimitAndACancel() throws Exception {
    try (Model slow = engine.open(EngineUnderTest.Sample.SLOW);
        Binding binding = slow.bind(slow.graphs().getFirst())) {
      RunAbortedException late =
          assertThrows(RunAbortedException.class, () -> binding.run(Duration.ofMillis(10)));
      assertTrue(late.getMessage().contains("exceeded its time limit"), late.getMessage());
      assertTrue(late.getMessage().contains(statement(slow)), late.getMessage());
      Thread canceller =
          Thread.startVirtualThread(() -> {
            try {
              Thread.sleep(30);
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            binding.cancel();
          });
      RunAbortedException cancelled = assertThrows(RunAbortedException.class, binding::run);
      assertTrue(cancelled.getMessage().contains("was cancelled"), cancelled.getMessage());
      canceller.join();
      binding.run();
      binding.cancel();
      binding.run(Duration.ofMinutes(5));
    }
  }

  private static String statement(Model model) {
    return switch (model.interruption()) {
      case WHILE_RUNNING -> "stopped it between two operators";
      case WHILE_WAITING -> "no call that stops a graph";
    };
  }

  private float[] run(float[] x) {
    try (Binding binding = model.bind(graph)) {
      binding.write("x", x);
      binding.run();
      float[] y = new float[8];
      binding.read("y", y);
      return y;
    }
  }

  private static MemorySegment guarded(Arena arena, long bytes) {
    MemorySegment all = arena.allocate(bytes + 2 * GUARD_BYTES, OffHeap.ALIGNMENT);
    return all.fill(GUARD);
  }

  private static MemorySegment middle(MemorySegment guarded) {
    return guarded.asSlice(GUARD_BYTES, guarded.byteSize() - 2 * GUARD_BYTES);
  }

  private static void assertGuarded(MemorySegment guarded) {
    for (long i = 0; i < GUARD_BYTES; i++) {
      assertEquals(GUARD, guarded.get(ValueLayout.JAVA_BYTE, i));
      assertEquals(GUARD, guarded.get(ValueLayout.JAVA_BYTE, guarded.byteSize() - 1 - i));
    }
  }

  private static void assertSays(String words, Runnable misuse) {
    NpuException error = assertThrows(BadInputException.class, misuse::run);
    assertTrue(error.getMessage().contains(words), error.getMessage());
  }

  private static void assertClosed(Runnable use) {
    IllegalStateException error = assertThrows(IllegalStateException.class, use::run);
    assertTrue(error.getMessage().contains("closed"), error.getMessage());
  }

  private static <T> T inThread(Callable<T> work) throws Exception {
    try (ExecutorService one = Executors.newSingleThreadExecutor()) {
      return one.submit(work).get();
    }
  }

  private static void inParallel(int threads, Callable<?> work) throws Exception {
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      for (Future<?> done :
          pool.invokeAll(java.util.Collections.nCopies(threads, (Callable<Object>) work::call))) {
        done.get();
      }
    } catch (ExecutionException failed) {
      fail(failed.getCause());
    }
  }
}
