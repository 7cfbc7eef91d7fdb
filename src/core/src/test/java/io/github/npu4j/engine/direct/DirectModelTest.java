package io.github.npu4j.engine.direct;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.engine.Binding;
import io.github.npu4j.engine.Interruption;
import io.github.npu4j.engine.Model;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.engine.PowerMode;
import io.github.npu4j.engine.ProfileLevel;
import io.github.npu4j.engine.TensorMemory;
import io.github.npu4j.engine.execution.LoadClock;
import io.github.npu4j.engine.execution.OpenAttempt;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.IncompatibleModelException;
import io.github.npu4j.error.NativeCallException;
import io.github.npu4j.error.RunAbortedException;
import io.github.npu4j.qnn.Qnn;
import io.github.npu4j.qnn.SharedMemory;
import io.github.npu4j.qnn.StandInBackend;
import io.github.npu4j.qnn.info.GraphInfo;
import io.github.npu4j.qnn.info.GraphTensor;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.runtime.NativeRuntime;
import io.github.npu4j.runtime.Platform;
import io.github.npu4j.store.Cache;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Quantization;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a device does, over the stand-in: power, shared memory, restarts, turns, signals. */
class DirectModelTest {

  private static final long NOT_SUPPORTED = 1000;
  private static final long LOST = 1007;

  @TempDir Path folder;

  private final StandInBackend standIn = new StandInBackend();
  private final List<Model> open = new ArrayList<>();
  private Path file;
  private @Nullable Qnn qnn;
  private @Nullable SharedHtp htp;

  @BeforeEach
  void writeFile() throws IOException {
    file = Files.writeString(folder.resolve("model.bin"), "what the stand-in takes for a binary");
  }

  @AfterEach
  void nothingIsLeft() {
    open.forEach(Model::close);
    if (qnn != null) {
      qnn.close();
    }
    for (String kind : List.of("context", "signal", "profile", "memory", "backend", "device")) {
      assertEquals(Set.of(), standIn.live(kind), kind);
    }
    assertEquals(List.of(), standIn.doubleFrees());
  }

  @Test
  void runsOnTheDevice() {
    Model model = open(options());
    assertEquals(Device.NPU, model.placement().requireNpu().device());
    assertTrue(model.placement().detail().contains("HTP v73"), model.placement().toString());
    assertTrue(model.placement().detail().contains("no manifest"), model.placement().toString());
    assertEquals(0, standIn.calls("graphRetrieve"), "graphs are retrieved on first use");
    assertArrayEquals(new float[] {1, 2, 3, 4}, run(model, 1, 2, 3, 4));
    assertEquals(1, standIn.calls("graphRetrieve"));
    for (String phase : List.of("map", "introspect", "create", "retrieve")) {
      assertTrue(model.loadReport().nanos(phase) > 0, phase);
    }
  }

  @Test
  void votesForPowerOnceAndLetsGoWhenIdle() throws Exception {
    Model model = open(options());
    assertEquals(0, standIn.votes().size());
    run(model, 1, 2, 3, 4);
    run(model, 1, 2, 3, 4);
    assertEquals(1, standIn.votes().size());
    assertTrue(standIn.votes().getFirst().polling() > 0);
    while (standIn.votes().size() < 2) {
      Thread.sleep(20);
    }
    assertEquals(0, standIn.votes().getLast().polling());
  }

  @Test
  void leavesPowerToTheSystemWhenTold() {
    run(open(options().withPower(PowerMode.SYSTEM)), 1, 2, 3, 4);
    assertEquals(List.of(), standIn.votes());
  }

  @Test
  void runsWithoutPowerWhereTheDeviceRefusesIt() {
    standIn.fail("deviceGetInfrastructure", NOT_SUPPORTED);
    assertArrayEquals(new float[] {1, 2, 3, 4}, run(open(options()), 1, 2, 3, 4));
    assertEquals(List.of(), standIn.votes());
  }

  @Test
  void sharesMemoryWithTheDevice() {
    Model model = open(options());
    try (Binding binding = model.bind("g")) {
      assertEquals(2, standIn.calls("memRegister"));
      binding.write("x", 4, 3, 2, 1);
      binding.run();
      assertEquals(4f, binding.output("y").getAtIndex(ValueLayout.JAVA_FLOAT, 0));
    }
    assertEquals(2, standIn.calls("memDeRegister"));
    assertTrue(model.placement().detail().contains("shared"), model.placement().detail());
  }

  @Test
  void takesPlainMemoryAsTheAnnouncedSecondChoice() {
    standIn.fail("memRegister", NOT_SUPPORTED);
    assertArrayEquals(new float[] {1, 2, 3, 4}, run(open(options()), 1, 2, 3, 4));
    OpenOptions unpowered = options().withPower(PowerMode.SYSTEM);
    Model plain = open(unpowered, new SharedHtp(htp().qnn(), SharedMemory.plain("no allocator")));
    assertTrue(plain.placement().detail().contains("no allocator"), plain.placement().detail());
    assertArrayEquals(new float[] {1, 2, 3, 4}, run(plain, 1, 2, 3, 4));
    Model asked = open(options().withMemory(TensorMemory.PLAIN));
    assertArrayEquals(new float[] {1, 2, 3, 4}, run(asked, 1, 2, 3, 4));
    assertFalse(asked.placement().detail().contains("memory"), asked.placement().detail());
  }

  @Test
  void loadsAgainOnceAfterARestartOfTheSubsystem() {
    Model model = open(options());
    try (Binding binding = model.bind("g");
        Binding other = model.bind("g")) {
      binding.write("x", 1, 2, 3, 4);
      other.write("x", 5, 6, 7, 8);
      binding.run();
      standIn.restartSubsystem();
      binding.run();
      assertEquals(2, standIn.calls("contextCreateFromBinary"));
      assertEquals(4f, binding.output("y").getAtIndex(ValueLayout.JAVA_FLOAT, 3));
      other.run();
      assertEquals(2, standIn.calls("contextCreateFromBinary"), "one reload serves all bindings");
      assertEquals(8f, other.output("y").getAtIndex(ValueLayout.JAVA_FLOAT, 3));
    }
    assertEquals(1, standIn.live("context").size());
    assertTrue(model.loadReport().nanos("reload") > 0);
  }

  @Test
  void loadsAgainWhenTheRestartComesInMidRun() {
    AtomicInteger runs = new AtomicInteger();
    standIn.onExecute((inputs, outputs) -> {
      if (runs.incrementAndGet() == 1) {
        standIn.restartSubsystem();
      }
      outputs.getFirst().copyFrom(inputs.getFirst());
    });
    assertArrayEquals(new float[] {1, 2, 3, 4}, run(open(options()), 1, 2, 3, 4));
    assertEquals(2, runs.get());
  }

  @Test
  void givesUpAfterTheSecondLossAndWorksLater() {
    Model model = open(options());
    try (Binding binding = model.bind("g")) {
      standIn.fail("graphExecute", LOST);
      NativeCallException lost = assertThrows(NativeCallException.class, binding::run);
      assertEquals(LOST, lost.code());
      assertEquals(2, standIn.calls("graphExecute"));
      standIn.recover("graphExecute");
      binding.run();
    }
  }

  @Test
  void doesNotRepeatOtherErrors() {
    Model model = open(options());
    standIn.fail("graphExecute", 6001);
    assertThrows(NativeCallException.class, () -> run(model, 1, 2, 3, 4));
    assertEquals(1, standIn.calls("graphExecute"));
    assertEquals(1, standIn.calls("contextCreateFromBinary"));
  }

  @Test
  void lastsThroughAReloadThatFails() {
    Model model = open(options());
    try (Binding binding = model.bind("g")) {
      standIn.restartSubsystem();
      standIn.failOnce("contextCreateFromBinary", 5005);
      assertThrows(NativeCallException.class, binding::run);
      binding.write("x", 1, 2, 3, 4);
      binding.run();
      assertEquals(1f, binding.output("y").getAtIndex(ValueLayout.JAVA_FLOAT, 0));
    }
  }

  @Test
  void twoModelsTakeTurnsOnOneDevice() throws Exception {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    standIn.onExecute((inputs, outputs) -> {
      most.accumulateAndGet(inside.incrementAndGet(), Math::max);
      Thread.sleep(1);
      inside.decrementAndGet();
    });
    Model first = open(options());
    Model second = open(options());
    List<CompletableFuture<Void>> callers = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      Model model = i % 2 == 0 ? first : second;
      callers.add(
          background(() -> {
            try (Binding binding = model.bind("g")) {
              for (int round = 0; round < 10; round++) {
                binding.run();
              }
            }
          }));
    }
    for (CompletableFuture<Void> caller : callers) {
      caller.get(30, TimeUnit.SECONDS);
    }
    assertEquals(1, most.get());
  }

  @Test
  void aCallerThatWaitsForItsTurnCanGiveUp() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    standIn.onExecute((inputs, outputs) -> {
      running.countDown();
      goOn.await();
    });
    Model model = open(options());
    Binding holder = model.bind("g");
    Binding waiter = model.bind("g");
    CompletableFuture<Void> held = background(holder::run);
    running.await();
    RunAbortedException late =
        assertThrows(RunAbortedException.class, () -> waiter.run(Duration.ofMillis(20)));
    assertTrue(late.getMessage().contains("still waiting"), late.getMessage());
    CompletableFuture<Void> waiting = background(waiter::run);
    while (htp().queue().length() == 0) {
      Thread.sleep(1);
    }
    waiter.cancel();
    ExecutionException ended =
        assertThrows(ExecutionException.class, () -> waiting.get(10, TimeUnit.SECONDS));
    assertTrue(ended.getCause() instanceof RunAbortedException, ended.toString());
    CompletableFuture<Void> closing = background(model::close);
    Thread.sleep(20);
    assertFalse(closing.isDone(), "closing waits for the run in flight");
    goOn.countDown();
    held.get(10, TimeUnit.SECONDS);
    closing.get(10, TimeUnit.SECONDS);
  }

  @Test
  void saysPlainlyWhereARunCantBeStopped() {
    standIn.fail("propertyHasCapability", NOT_SUPPORTED);
    standIn.delay("graphExecute", Duration.ofMillis(60));
    Model model = open(options());
    assertEquals(Interruption.WHILE_WAITING, model.interruption());
    try (Binding binding = model.bind("g")) {
      RunAbortedException late =
          assertThrows(RunAbortedException.class, () -> binding.run(Duration.ofMillis(10)));
      assertTrue(late.getMessage().contains("no call that stops a graph"), late.getMessage());
      binding.run();
      assertEquals(2, standIn.calls("graphExecute"));
    }
  }

  @Test
  void stopsARunByASignalWhereTheBackendHasThem() throws Exception {
    Model model = open(options());
    assertEquals(Interruption.WHILE_RUNNING, model.interruption());
    try (Binding binding = model.bind("g")) {
      standIn.delay("graphExecute", Duration.ofMillis(60));
      RunAbortedException late =
          assertThrows(RunAbortedException.class, () -> binding.run(Duration.ofMillis(10)));
      assertTrue(late.getMessage().contains("time limit"), late.getMessage());
      assertEquals(1, standIn.calls("signalTrigger"));
      binding.run();
      assertEquals(1, standIn.calls("signalTrigger"));
    }
  }

  @Test
  void refusesAFileForANewerArchBeforeTheBackendSeesIt() {
    standIn.device(36, 69);
    IncompatibleModelException refused =
        assertThrows(IncompatibleModelException.class, () -> open(options()));
    assertTrue(refused.getMessage().contains("the SoC differs"), refused.getMessage());
    assertEquals(0, standIn.calls("contextCreateFromBinary"));
  }

  @Test
  void noticesAFileForAnOlderArch() {
    standIn.device(88, 81);
    Model model = open(options());
    assertTrue(model.placement().detail().contains("older x-elite"), model.placement().detail());
  }

  @Test
  void refusesADamagedFileBeforeAnyNativeCall() throws IOException {
    Files.writeString(folder.resolve("model.manifest.json"), "{\"format\": 1}");
    assertThrows(BadModelException.class, () -> open(options()));
    assertEquals(0, standIn.calls("systemContextGetBinaryInfo"));
    assertEquals(0, standIn.calls("contextCreateFromBinary"));
  }

  @Test
  void keepsTheFileFromBeingCutShort() throws IOException {
    Model model = open(options());
    Files.writeString(file, "");
    standIn.restartSubsystem();
    assertArrayEquals(new float[] {1, 2, 3, 4}, run(model, 1, 2, 3, 4));
    assertThrows(BadModelException.class, () -> open(options()));
  }

  @Test
  void convertsTheTypesOfForeignFilesOnRequest() {
    Quantization.PerTensor affine = new Quantization.PerTensor(0.5f, 10);
    Quantization.PerTensor wide = new Quantization.PerTensor(0.001f, 32768);
    assertRoundTrip(ElementType.UINT8, affine, 0x0408, new float[] {-5, 0, 0.5f, 100});
    assertRoundTrip(ElementType.UINT16, wide, 0x0416, new float[] {-1, 0, 0.125f, 1});
    assertRoundTrip(ElementType.FLOAT16, null, 0x0216, new float[] {-1, 0, 0.125f, 1000});
    assertRoundTrip(ElementType.INT32, null, 0x0032, new float[] {-7, 0, 1, 70000});
  }

  @Test
  void givesRawElementsToo() {
    describe(ElementType.UINT8, new Quantization.PerTensor(0.5f, 10), 0x0408);
    try (Binding binding = open(options()).bind("g")) {
      MemorySegment.copy(
          new byte[] {1, 2, 3, 4}, 0, binding.input("x"), ValueLayout.JAVA_BYTE, 0, 4);
      binding.run();
      assertEquals(4, binding.output("y").byteSize());
      assertEquals(3, binding.output("y").get(ValueLayout.JAVA_BYTE, 2));
      assertEquals(
          Optional.of(new Quantization.PerTensor(0.5f, 10)),
          binding.outputSpec("y").quantization());
    }
  }

  @Test
  void profilesARun() {
    Model model = open(options());
    try (Binding binding = model.bind("g")) {
      assertFalse(binding.profile(ProfileLevel.DETAILED).isEmpty());
      binding.run();
    }
  }

  @Test
  void callsTheGraphOfABucketByItsAlias() {
    Model model = DirectEngine.open(file, opening(options()).named("128"), htp(), new LoadClock());
    open.add(model);
    assertEquals(List.of("128"), model.graphs());
    try (Binding binding = model.bind("128")) {
      binding.run();
      assertEquals("128", binding.graph());
    }
  }

  @Test
  void holdsTheCallersMemoryDuringARun() {
    Arena callers = Arena.ofShared();
    standIn.onExecute(
        (inputs, outputs) -> assertThrows(IllegalStateException.class, callers::close));
    Model model = open(options());
    try (Binding binding = model.bind("g")) {
      binding.bindInput("x", callers.allocate(16, 64));
      binding.run();
      assertTrue(callers.scope().isAlive());
      callers.close();
      assertThrows(IllegalStateException.class, binding::run);
    }
  }

  /** A thread each, because the common pool of a small machine has only one. */
  private static CompletableFuture<Void> background(Runnable work) {
    return CompletableFuture.runAsync(work, task -> Thread.ofPlatform().daemon().start(task));
  }

  private void assertRoundTrip(
      ElementType type, @Nullable Quantization quantization, int nativeType, float[] values) {
    describe(type, quantization, nativeType);
    float[] back = run(open(options()), values);
    for (int i = 0; i < values.length; i++) {
      assertEquals(values[i], back[i], 1e-3f, type + " " + i);
    }
  }

  private void describe(ElementType type, @Nullable Quantization quantization, int nativeType) {
    Shape shape = Shape.of(1, 4);
    standIn.describe(
        StandInBackend.binary(
            new GraphInfo(
                "g",
                List.of(
                    new GraphTensor(
                        1,
                        new TensorSpec("x", type, shape, Optional.ofNullable(quantization)),
                        GraphTensor.Role.INPUT,
                        nativeType,
                        0,
                        1)),
                List.of(
                    new GraphTensor(
                        2,
                        new TensorSpec("y", type, shape, Optional.ofNullable(quantization)),
                        GraphTensor.Role.OUTPUT,
                        nativeType,
                        0,
                        1)),
                Optional.empty())));
  }

  private static float[] run(Model model, float... x) {
    try (Binding binding = model.bind("g")) {
      binding.write("x", x);
      binding.run();
      float[] y = new float[x.length];
      binding.read("y", y);
      return y;
    }
  }

  private static OpenOptions options() {
    return OpenOptions.on(Device.NPU);
  }

  private Model open(OpenOptions options) {
    return open(options, htp());
  }

  private Model open(OpenOptions options, SharedHtp device) {
    Model model = DirectEngine.open(file, opening(options), device, new LoadClock());
    open.add(model);
    return model;
  }

  private SharedHtp htp() {
    if (htp == null) {
      qnn = standIn.open();
      htp = new SharedHtp(qnn, standIn.sharedMemory());
    }
    return htp;
  }

  private OpenAttempt opening(OpenOptions options) {
    NativeRuntime runtime =
        NativeRuntime.find(
            Platform.named("windows-arm64").orElseThrow(), Cache.at(folder.resolve("cache")));
    return new OpenAttempt(options, runtime, null, List.of());
  }
}
