package io.github.npu4j.ort;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.error.CompileFailedException;
import io.github.npu4j.runtime.NativeRuntime;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Qualcomm's real provider, compiling for the X Elite and running in the emulator. */
class EpContextCompilerIT {

  private static final String NAME = "QNN";

  private static final NativeRuntime RUNTIME = NativeRuntime.find();

  @TempDir Path folder;

  @BeforeAll
  static void register() {
    RealOrt.ORT.registerLibrary(NAME, RUNTIME.qnnProvider().require());
    RealOrt.ORT.registerLibrary(NAME, RUNTIME.qnnProvider().require());
  }

  @Test
  void theProviderIsListedWithItsDevice() {
    EpDevice device = qnn().getFirst();
    assertEquals("Qualcomm", device.epVendor());
    assertTrue(device.hardware().metadata().size() >= 0);
    assertTrue(device.toString().startsWith("QNN on "), device.toString());
    assertThrows(
        IllegalStateException.class, () -> RealOrt.ORT.registerLibrary(NAME, RealOrt.ORT.path()));
  }

  @Test
  void compilesAFileAndRunsWhatCameOfIt() throws Exception {
    Path onnx = OnnxBytes.save(folder.resolve("add.onnx"), OnnxBytes.add(32));
    Path compiled = folder.resolve("add.ctx.onnx");
    try (SessionOptions options = onHtp();
        EpContextCompiler compiler = EpContextCompiler.create(RealOrt.ORT, options)) {
      compiler
          .input(onnx)
          .output(compiled)
          .optimizationLevel(OptimizationLevel.BASIC)
          .contextInFile()
          .failIfNothingCompiled()
          .failIfOutputExists();
      compiler.compile();
    }
    assertTrue(Files.size(compiled) > 0);
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(
          1, files.filter(file -> file.getFileName().toString().endsWith("_qnn.bin")).count());
    }
    Optional<String> info = RealOrt.ORT.compatibilityInfo(compiled, NAME);
    assertTrue(info.orElseThrow().contains(":60:"), info.toString());
    assertEquals(
        ModelCompatibility.NOT_APPLICABLE, RealOrt.ORT.compatibility(qnn(), info.orElseThrow()));
    try (SessionOptions options = onHtp();
        OrtModel model = OrtModel.open(RealOrt.ORT, compiled, options)) {
      addsInTheEmulator(model);
      assertEquals(
          List.of(NAME), model.assignments().stream().map(NodeAssignment::epName).toList());
    }
    try (SessionOptions options = onHtp();
        EpContextCompiler again = EpContextCompiler.create(RealOrt.ORT, options)) {
      again.input(onnx).output(compiled).contextInFile().failIfOutputExists();
      String message = assertThrows(CompileFailedException.class, again::compile).getMessage();
      assertTrue(message.contains("add.ctx.onnx"), message);
    }
  }

  @Test
  void compilesInMemory() {
    try (Arena arena = Arena.ofConfined();
        SessionOptions options = onHtp();
        EpContextCompiler compiler = EpContextCompiler.create(RealOrt.ORT, options)) {
      MemorySegment onnx = arena.allocateFrom(ValueLayout.JAVA_BYTE, OnnxBytes.add(32));
      MemorySegment compiled = compiler.input(onnx).contextEmbedded().compile(arena);
      try (OrtModel model = OrtModel.open(RealOrt.ORT, compiled, options)) {
        addsInTheEmulator(model);
      }
    }
  }

  @Test
  void putsTheContextWhereItIsTold() throws Exception {
    Path target = Files.createDirectory(folder.resolve("context"));
    try (Arena arena = Arena.ofConfined();
        SessionOptions options = onHtp();
        EpContextCompiler compiler = EpContextCompiler.create(RealOrt.ORT, options)) {
      compiler
          .input(arena.allocateFrom(ValueLayout.JAVA_BYTE, OnnxBytes.add(32)))
          .contextInFile()
          .contextLocation(target, "sum");
      compiler.compile(arena);
    }
    try (Stream<Path> files = Files.list(target)) {
      List<String> names = files.map(file -> file.getFileName().toString()).toList();
      assertEquals(1, names.size(), names.toString());
      assertTrue(names.getFirst().startsWith("sum"), names.toString());
    }
  }

  @Test
  void whatCannotBeCompiledIsSaidInWords() {
    try (SessionOptions options = onHtp()) {
      EpContextCompiler compiler = EpContextCompiler.create(RealOrt.ORT, options);
      compiler
          .input(folder.resolve("absent.onnx"))
          .output(folder.resolve("out.onnx"))
          .outputWeights(folder.resolve("weights.bin"), 1024);
      String message = assertThrows(CompileFailedException.class, compiler::compile).getMessage();
      assertTrue(message.contains("absent.onnx"), message);
      compiler.close();
      compiler.close();
      assertThrows(IllegalStateException.class, compiler::contextInFile);
    }
  }

  @Test
  void aRegistrationIsNotTakenBackUnderOpenOptions() {
    try (SessionOptions options = onHtp()) {
      options.logId("open");
      String message =
          assertThrows(IllegalStateException.class, () -> RealOrt.ORT.unregisterLibrary(NAME))
              .getMessage();
      assertTrue(message.contains("are open"), message);
    }
  }

  /** Under a name of its own, so that the tests that use the provider keep theirs. */
  @Test
  void devicesOfALibraryThatWasTakenBackAreVoid() {
    RealOrt.ORT.registerLibrary("QNN2", RUNTIME.qnnProvider().require());
    List<EpDevice> before = RealOrt.ORT.devices();
    RealOrt.ORT.unregisterLibrary("QNN2");
    try (SessionOptions options = SessionOptions.create(RealOrt.ORT)) {
      String message =
          assertThrows(
                  IllegalStateException.class,
                  () -> options.providers().devices(before.subList(0, 1), Map.of()))
              .getMessage();
      assertTrue(message.contains("list the devices again"), message);
    }
  }

  private static List<EpDevice> qnn() {
    return RealOrt.ORT.devices().stream().filter(d -> d.epName().equals(NAME)).toList();
  }

  private static SessionOptions onHtp() {
    SessionOptions options = SessionOptions.create(RealOrt.ORT);
    options
        .providers()
        .devices(
            qnn().subList(0, 1),
            Map.of("backend_path", RUNTIME.qnnHtp().require().toString(), "soc_model", "60"))
        .config("session.disable_cpu_ep_fallback", "1")
        .config(NodeAssignment.CONFIG, "1");
    return options;
  }

  private static void addsInTheEmulator(OrtModel model) {
    float[] row = new float[32];
    float[] doubled = new float[32];
    for (int i = 0; i < row.length; i++) {
      row[i] = i;
      doubled[i] = 2 * i;
    }
    try (OrtTensor x = RealOrt.floats(row);
        OrtTensor sum = model.run(Map.of("a", x, "b", x), List.of("sum"), null).get("sum")) {
      assertArrayEquals(doubled, RealOrt.read(sum), 0.1f);
    }
  }
}
