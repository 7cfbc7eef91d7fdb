package io.github.npu4j.ort;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtSession;
import io.github.npu4j.error.DeviceUnavailableException;
import io.github.npu4j.error.NativeCallException;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.error.RunAbortedException;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Every option that ONNX Runtime's own Java package has is here too, and reaches the library. */
class OptionsIT {

  @TempDir Path folder;

  /** Each public method of ORT Java's session options, and ours for it, called. */
  private Map<String, Consumer<SessionOptions>> sessionOptions() {
    Map<String, Consumer<SessionOptions>> ours = new LinkedHashMap<>();
    ours.put("close", SessionOptions::close);
    ours.put("setExecutionMode", o -> o.executionMode(ExecutionMode.PARALLEL));
    ours.put("setOptimizationLevel", o -> o.optimizationLevel(OptimizationLevel.EXTENDED));
    ours.put("setInterOpNumThreads", o -> o.interOpThreads(2));
    ours.put("setIntraOpNumThreads", o -> o.intraOpThreads(2));
    ours.put("setOptimizedModelFilePath", o -> o.optimizedModel(folder.resolve("o.onnx")));
    ours.put("setLoggerId", o -> o.logId("größe"));
    ours.put("enableProfiling", o -> o.enableProfiling(folder.resolve("profile")));
    ours.put("disableProfiling", SessionOptions::disableProfiling);
    ours.put("setMemoryPatternOptimization", o -> o.enableMemoryPattern().disableMemoryPattern());
    ours.put("setCPUArenaAllocator", o -> o.enableCpuArena().disableCpuArena());
    ours.put("setSessionLogLevel", o -> o.logLevel(LogLevel.ERROR));
    ours.put("setSessionLogVerbosityLevel", o -> o.logVerbosity(1));
    ours.put(
        "registerCustomOpLibrary",
        o ->
            refused("no-such-library", () -> o.customOperators(folder.resolve("no-such-library"))));
    ours.put(
        "registerCustomOpsUsingFunction",
        o -> refused("NoSuchFunction", () -> o.customOperators("NoSuchFunction")));
    ours.put("setSymbolicDimensionValue", o -> o.dimension("batch", 3));
    ours.put("setDeterministicCompute", o -> o.deterministic(true));
    ours.put("disablePerSessionThreads", SessionOptions::useGlobalThreads);
    ours.put("addConfigEntry", o -> o.config("session.load_model_format", "ONNX"));
    ours.put(
        "getConfigEntries", o -> assertEquals(Map.of("a.b", "c"), o.config("a.b", "c").config()));
    ours.put(
        "addInitializer",
        o -> {
          try (OrtTensor value = RealOrt.floats(1, 2, 3, 4)) {
            o.initializer("w", value);
          }
        });
    ours.put(
        "addExternalInitializers",
        o -> {
          try (OrtTensor value = RealOrt.floats(1, 2, 3, 4)) {
            o.externalInitializers(Map.of("w", value));
          }
        });
    ours.put("addCPU", o -> o.providers().exported("CPU", 1));
    ours.put("addCUDA", o -> refused("CUDA", () -> o.providers().cuda(Map.of("device_id", "0"))));
    ours.put(
        "addTensorrt",
        o -> refused("TensorRT", () -> o.providers().tensorRt(Map.of("device_id", "0"))));
    for (String name : List.of("ROCM", "Dnnl", "Nnapi", "ACL")) {
      ours.put("add" + name, o -> absent(name, () -> o.providers().exported(name, 0)));
    }
    ours.put("addDirectML", o -> absent("DML", () -> o.providers().exported("DML", 0)));
    ours.put(
        "addOpenVINO", o -> absent("OpenVINO", () -> o.providers().exported("OpenVINO", "CPU")));
    ours.put("addTvm", o -> absent("Tvm", () -> o.providers().exported("Tvm", "")));
    ours.put(
        "addXnnpack", o -> refused("XNNPACK", () -> o.providers().builtIn("XNNPACK", Map.of())));
    ours.put("addQnn", o -> refused("QNN", () -> o.providers().builtIn("QNN", Map.of())));
    ours.put("addCoreML", o -> refused("CoreML", () -> o.providers().builtIn("CoreML", Map.of())));
    ours.put("addWebGPU", o -> refused("WebGPU", () -> o.providers().builtIn("WebGPU", Map.of())));
    ours.put(
        "addExecutionProvider",
        o -> o.providers().devices(RealOrt.ORT.devices().subList(0, 1), Map.of()));
    return ours;
  }

  private static Map<String, Consumer<RunOptions>> runOptions() {
    Map<String, Consumer<RunOptions>> ours = new LinkedHashMap<>();
    ours.put("close", RunOptions::close);
    ours.put("setLogLevel", o -> o.logLevel(LogLevel.ERROR));
    ours.put(
        "getLogLevel", o -> assertEquals(LogLevel.FATAL, o.logLevel(LogLevel.FATAL).logLevel()));
    ours.put("setLogVerbosityLevel", o -> o.logVerbosity(3));
    ours.put("getLogVerbosityLevel", o -> assertEquals(7, o.logVerbosity(7).logVerbosity()));
    ours.put("setRunTag", o -> o.tag("Lauf 1"));
    ours.put("getRunTag", o -> assertEquals("größer", o.tag("größer").tag()));
    ours.put("setTerminate", RunOptions::terminate);
    ours.put(
        "addRunConfigEntry",
        o -> {
          assertEquals(Optional.of("c"), o.config("a.b", "c").config("a.b"));
          assertEquals(Optional.empty(), o.config("unset"));
        });
    ours.put("addActiveLoraAdapter", o -> {});
    return ours;
  }

  @TestFactory
  Stream<DynamicTest> everySessionOptionOfOrtJava() {
    Map<String, Consumer<SessionOptions>> ours = sessionOptions();
    assertEquals(methods(OrtSession.SessionOptions.class), new TreeSet<>(ours.keySet()));
    return ours.entrySet().stream()
        .map(option ->
            DynamicTest.dynamicTest(
                option.getKey(),
                () -> {
                  try (SessionOptions options = SessionOptions.create(RealOrt.ORT)) {
                    option.getValue().accept(options);
                  }
                }));
  }

  @TestFactory
  Stream<DynamicTest> everyRunOptionOfOrtJava() {
    Map<String, Consumer<RunOptions>> ours = runOptions();
    assertEquals(methods(OrtSession.RunOptions.class), new TreeSet<>(ours.keySet()));
    return ours.entrySet().stream()
        .map(option ->
            DynamicTest.dynamicTest(
                option.getKey(),
                () -> {
                  try (RunOptions options = RunOptions.create(RealOrt.ORT)) {
                    option.getValue().accept(options);
                  }
                }));
  }

  @Test
  void aNamedDimensionGetsItsSize() {
    try (SessionOptions options = SessionOptions.create(RealOrt.ORT)) {
      options.dimension("batch", 3).dimensionByDenotation("DATA_BATCH", 5);
      try (OrtModel model = RealOrt.open(OnnxBytes.openBatch(), options)) {
        assertEquals(Shape.of(3, 4), model.inputs().getFirst().shape());
      }
    }
  }

  @Test
  void anInitializerIsReplacedAndOutlivesItsTensorAndTheOptions() {
    OrtModel model;
    try (SessionOptions options = SessionOptions.create(RealOrt.ORT)) {
      try (OrtTensor weight = RealOrt.floats(1, 2, 3, 4)) {
        options.initializer("w", weight);
      }
      model = RealOrt.open(OnnxBytes.overridable(), options);
    }
    try (model) {
      assertArrayEquals(new float[] {1, 2, 3, 4}, run(model));
    }
  }

  @Test
  void externalWeightsCanBeGivenInMemory() throws IOException {
    Path file = OnnxBytes.save(folder.resolve("external.onnx"), OnnxBytes.externalWeight());
    try (SessionOptions options = SessionOptions.create(RealOrt.ORT);
        OrtTensor weight = RealOrt.floats(5, 6, 7, 8)) {
      options.externalInitializers(Map.of("w", weight));
      try (OrtModel model = OrtModel.open(RealOrt.ORT, file, options)) {
        assertArrayEquals(new float[] {5, 6, 7, 8}, run(model));
      }
    }
  }

  @Test
  void memoryThatCouldVanishIsNoInitializer() {
    try (SessionOptions options = SessionOptions.create(RealOrt.ORT);
        Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(16, 64);
      try (OrtTensor weight =
          OrtTensor.over(RealOrt.ORT, memory, ElementType.FLOAT32, Shape.of(1, 4))) {
        assertThrows(IllegalArgumentException.class, () -> options.initializer("w", weight));
        assertThrows(
            IllegalArgumentException.class,
            () -> options.externalInitializers(Map.of("w", weight)));
      }
    }
  }

  @Test
  void theRewrittenModelAndTheProfileAreWritten() throws IOException {
    Path optimized = folder.resolve("größer.onnx");
    try (SessionOptions options = SessionOptions.create(RealOrt.ORT)) {
      options.optimizedModel(optimized).enableProfiling(folder.resolve("profil"));
      try (OrtModel model = RealOrt.open(OnnxBytes.add(4), options);
          IoBinding binding = model.bind();
          OrtTensor row = RealOrt.floats(1, 2, 3, 4)) {
        binding.bindInput("a", row);
        binding.bindInput("b", row);
        binding.bindOutput("sum");
        binding.run();
        assertTrue(model.profilingStartNanos() > 0);
        Path profile = model.endProfiling();
        assertTrue(Files.readString(profile).contains("plus"), profile.toString());
      }
    }
    assertTrue(Files.size(optimized) > 0);
  }

  @Test
  void aRunsProfileIsWritten() throws IOException {
    try (RunOptions options = RunOptions.create(RealOrt.ORT);
        OrtModel model = RealOrt.open(OnnxBytes.add(4));
        OrtTensor row = RealOrt.floats(1, 2, 3, 4)) {
      options.enableProfiling(folder.resolve("run"));
      model.run(Map.of("a", row, "b", row), List.of("sum"), options).get("sum").close();
      options.disableProfiling();
      model.run(Map.of("a", row, "b", row), List.of("sum"), options).get("sum").close();
    }
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> profiles =
          files.filter(file -> file.getFileName().toString().startsWith("run")).toList();
      assertEquals(1, profiles.size(), profiles.toString());
    }
  }

  @Test
  void anOpeningCanBeCancelled() {
    try (SessionOptions options = SessionOptions.create(RealOrt.ORT)) {
      options.cancelOpening();
      NpuException cancelled =
          assertThrows(NpuException.class, () -> RealOrt.open(OnnxBytes.add(4), options));
      assertEquals(RunAbortedException.class, cancelled.getClass(), cancelled.getMessage());
      options.clearCancellation();
      RealOrt.open(OnnxBytes.add(4), options).close();
    }
  }

  @Test
  void whatIsNoLoraAdapterIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("adapter.onnx_adapter"), "not an adapter");
    assertThrows(NativeCallException.class, () -> LoraAdapter.open(RealOrt.ORT, file));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocateFrom(ValueLayout.JAVA_BYTE, new byte[64]);
      assertThrows(NativeCallException.class, () -> LoraAdapter.open(RealOrt.ORT, bytes));
    }
  }

  @Test
  void optionsThatAreClosedSaySo() {
    SessionOptions options = SessionOptions.create(RealOrt.ORT);
    options.close();
    options.close();
    assertThrows(IllegalStateException.class, () -> options.intraOpThreads(1));
    assertThrows(IllegalStateException.class, () -> RealOrt.open(OnnxBytes.add(4), options));
    RunOptions run = RunOptions.create(RealOrt.ORT);
    run.close();
    run.close();
    assertThrows(IllegalStateException.class, run::terminate);
  }

  @Test
  void optionsCanBeChangedWhileTheModelIsOpen() {
    try (OrtModel model = RealOrt.open(OnnxBytes.add(4))) {
      model.dynamicOptions(Map.of("ep.dynamic.workload_type", "Default"));
    }
  }

  private static float[] run(OrtModel model) {
    try (OrtTensor zero = RealOrt.floats(0, 0, 0, 0);
        OrtTensor y = model.run(Map.of("x", zero), List.of("y"), null).get("y")) {
      return RealOrt.read(y);
    }
  }

  private static void refused(String name, Runnable call) {
    String message = assertThrows(NativeCallException.class, call::run).getMessage();
    assertTrue(message.contains(name), message);
  }

  private static void absent(String name, Runnable call) {
    String message = assertThrows(DeviceUnavailableException.class, call::run).getMessage();
    assertTrue(message.contains("execution provider " + name), message);
  }

  private static Set<String> methods(Class<?> ortJava) {
    Set<String> names = new TreeSet<>();
    for (Method method : ortJava.getDeclaredMethods()) {
      if (Modifier.isPublic(method.getModifiers()) && !Modifier.isStatic(method.getModifiers())) {
        names.add(method.getName());
      }
    }
    return names;
  }
}
