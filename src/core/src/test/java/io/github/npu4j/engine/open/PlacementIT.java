package io.github.npu4j.engine.open;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.engine.Binding;
import io.github.npu4j.engine.CompiledModels;
import io.github.npu4j.engine.CpuRewrite;
import io.github.npu4j.engine.EngineKind;
import io.github.npu4j.engine.EngineUnderTest;
import io.github.npu4j.engine.Model;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.engine.PassedOver;
import io.github.npu4j.engine.Placement;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.DeviceUnavailableException;
import io.github.npu4j.error.ModelMissingException;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.error.RuntimeMissingException;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.runtime.NativeRuntime;
import io.github.npu4j.runtime.Platform;
import io.github.npu4j.store.Cache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where models go on a machine without an NPU, and the reason given for each place they don't. */
class PlacementIT {

  @TempDir Path temp;

  @BeforeAll
  static void onAnX64Machine() {
    assumeTrue(Platform.current().emulatesHtp(), "this machine may have an NPU");
  }

  @Test
  void autoGoesToTheCpuAndSaysWhy() throws IOException {
    try (Model model = Models.open(folder(), OpenOptions.defaults())) {
      Placement placement = model.placement();
      assertEquals(Device.CPU, placement.device());
      assertEquals(EngineKind.ORT, placement.engine());
      assertEquals(
          List.of(EngineKind.DIRECT, EngineKind.ORT),
          placement.passedOver().stream().map(PassedOver::engine).toList());
      for (PassedOver option : placement.passedOver()) {
        assertEquals(Device.NPU, option.device());
        assertTrue(option.reason().contains("Qualcomm's emulator"), option.reason());
      }
      DeviceUnavailableException refused =
          assertThrows(DeviceUnavailableException.class, placement::requireNpu);
      assertTrue(refused.getMessage().contains("Qualcomm's emulator"), refused.getMessage());
      run(model);
    }
  }

  @Test
  void theEmulatorIsChosenOnlyByName() throws IOException {
    try (Model model = Models.open(folder(), OpenOptions.on(Device.EMULATOR))) {
      assertEquals(Device.EMULATOR, model.placement().device());
      assertEquals(EngineKind.DIRECT, model.placement().engine());
      assertEquals(List.of(), model.placement().passedOver());
      assertThrows(DeviceUnavailableException.class, () -> model.placement().requireNpu());
      run(model);
    }
  }

  @Test
  void theOrtEngineTakesTheSameFolderToTheEmulator() throws IOException {
    OpenOptions options = OpenOptions.on(Device.EMULATOR).withEngine(EngineKind.ORT);
    try (Model model = Models.open(folder(), options)) {
      assertEquals(EngineKind.ORT, model.placement().engine());
      assertEquals(Device.EMULATOR, model.placement().device());
      run(model);
    }
  }

  @Test
  void theNpuIsRequiredByName() throws IOException {
    Path model = folder();
    DeviceUnavailableException refused =
        assertThrows(
            DeviceUnavailableException.class, () -> Models.open(model, OpenOptions.on(Device.NPU)));
    assertTrue(refused.getMessage().contains("emulator"), refused.getMessage());
  }

  @Test
  void aBareBinaryHasNoCpuToFallBackTo() throws IOException {
    Path binary = CompiledModels.binary(onnx());
    DeviceUnavailableException refused =
        assertThrows(
            DeviceUnavailableException.class, () -> Models.open(binary, OpenOptions.defaults()));
    assertTrue(refused.getMessage().contains("no ONNX model beside"), refused.getMessage());
    assertTrue(refused.getMessage().contains("Qualcomm's emulator"), refused.getMessage());
    try (Model model = Models.open(binary, OpenOptions.on(Device.EMULATOR))) {
      run(model);
    }
  }

  @Test
  void aBareEpContextModelRunsByOrtAlone() {
    Path context = CompiledModels.epContext(onnx());
    try (Model model = Models.open(context, OpenOptions.on(Device.EMULATOR))) {
      assertEquals(EngineKind.ORT, model.placement().engine());
      assertTrue(
          model.placement().passedOver().getFirst().reason().contains("EPContext model"),
          model.placement().toString());
      run(model);
    }
  }

  @Test
  void aFolderWithoutBinariesIsCompiledByTheProvider() throws IOException {
    Path folder = temp.resolve("plain");
    Files.createDirectories(folder);
    Files.copy(onnx(), folder.resolve(ModelFolder.ONNX));
    try (Model model = Models.open(folder, OpenOptions.on(Device.EMULATOR))) {
      assertEquals(EngineKind.ORT, model.placement().engine());
      assertTrue(
          model.placement().passedOver().getFirst().reason().contains("no context binary"),
          model.placement().toString());
      run(model);
    }
  }

  @Test
  void cpuEnginesCanBeNamed() throws IOException {
    Path model = folder();
    for (EngineKind kind : List.of(EngineKind.ORT, EngineKind.JAVA)) {
      try (Model opened = Models.open(model, OpenOptions.on(Device.CPU).withEngine(kind))) {
        assertEquals(kind, opened.placement().engine());
        assertEquals(List.of(), opened.placement().passedOver());
      }
    }
    assertThrows(
        DeviceUnavailableException.class,
        () -> Models.open(model, OpenOptions.on(Device.CPU).withEngine(EngineKind.DIRECT)));
  }

  @Test
  void aGpuNeedsAPluginThatOffersOne() throws IOException {
    Path model = folder();
    DeviceUnavailableException none =
        assertThrows(
            DeviceUnavailableException.class, () -> Models.open(model, OpenOptions.on(Device.GPU)));
    assertTrue(none.getMessage().contains("no execution provider plugin"), none.getMessage());
    Path qnn = NativeRuntime.find().qnnProvider().require();
    DeviceUnavailableException wrong =
        assertThrows(
            DeviceUnavailableException.class,
            () -> Models.open(model, OpenOptions.on(Device.GPU).withEpLibrary(qnn)));
    assertTrue(wrong.getMessage().contains("offers"), wrong.getMessage());
    assertThrows(
        NpuException.class,
        () -> Models.open(model, OpenOptions.on(Device.GPU).withEpLibrary(temp.resolve("no.so"))));
  }

  @Test
  void aPluginIsTakenByItsPathAndOptions() {
    NativeRuntime runtime = NativeRuntime.find();
    Map<String, String> settings =
        Map.of("backend_path", runtime.qnnHtp().require().toString(), "soc_model", "60");
    OpenOptions options =
        OpenOptions.on(Device.CPU)
            .withEpLibrary(runtime.qnnProvider().require())
            .withEpOptions(settings);
    try (Model model = Models.open(onnx(), options)) {
      assertEquals(EngineKind.ORT, model.placement().engine());
      assertTrue(model.placement().detail().contains("Qualcomm"), model.placement().toString());
      run(model);
    }
  }

  @Test
  void missingLibrariesAreNamedWithTheLineThatGetsThem() throws IOException {
    ModelOpener opener = opener(OpenOptions.on(Device.EMULATOR));
    NpuException missing = assertThrows(NpuException.class, opener::open);
    assertInstanceOf(DeviceUnavailableException.class, missing);
    assertTrue(missing.getMessage().contains("libQnnHtp.so was not found"), missing.getMessage());
    assertTrue(missing.getMessage().contains("npu4j runtime install"), missing.getMessage());
    NpuException one =
        assertThrows(
            RuntimeMissingException.class,
            opener(OpenOptions.on(Device.EMULATOR).withEngine(EngineKind.DIRECT))::open);
    assertTrue(one.getMessage().contains("libQnnHtp.so"), one.getMessage());
  }

  @Test
  void aDamagedBinaryIsAReasonOrAnError() throws IOException {
    Path model = folder();
    Path binary = ModelFolder.open(model).contexts("x-elite").getFirst().binary();
    byte[] bytes = Files.readAllBytes(binary);
    Files.write(binary, Arrays.copyOf(bytes, bytes.length / 2));
    OpenOptions direct = OpenOptions.on(Device.EMULATOR).withEngine(EngineKind.DIRECT);
    assertThrows(BadModelException.class, () -> Models.open(model, direct));
  }

  @Test
  void whatIsNoModelIsRefused() throws IOException {
    assertThrows(
        ModelMissingException.class,
        () -> Models.open(temp.resolve("absent"), OpenOptions.defaults()));
    Path dlc = Files.writeString(temp.resolve("model.dlc"), "dlc");
    BadModelException refused =
        assertThrows(BadModelException.class, () -> Models.open(dlc, OpenOptions.defaults()));
    assertTrue(refused.getMessage().contains("dlc"), refused.getMessage());
    Path junk = Files.writeString(temp.resolve("junk.bin"), "no context binary at all");
    assertThrows(BadModelException.class, () -> Models.open(junk, OpenOptions.on(Device.EMULATOR)));
  }

  private ModelOpener opener(OpenOptions options) throws IOException {
    NativeRuntime empty =
        NativeRuntime.find(Platform.current(), Cache.at(temp.resolve("empty-cache")));
    return new ModelOpener(ModelFolder.open(folder()), options, empty, CpuRewrite.AS_IS);
  }

  private static Path onnx() {
    return EngineUnderTest.Sample.MLP.onnx(Device.EMULATOR);
  }

  /** A model folder as npu4j compile lays it out, without a manifest. */
  private Path folder() throws IOException {
    Path folder = temp.resolve("model");
    Path soc = folder.resolve("htp").resolve("x-elite");
    if (Files.isDirectory(soc)) {
      return folder;
    }
    Files.createDirectories(soc);
    Files.copy(onnx(), folder.resolve(ModelFolder.ONNX));
    Path context = CompiledModels.epContext(onnx());
    Path binary = CompiledModels.binary(onnx());
    String name = String.valueOf(binary.getFileName());
    Files.copy(binary, soc.resolve(name));
    Files.copy(context, soc.resolve(name.replace(".bin", ".ctx.onnx")));
    return folder;
  }

  private static void run(Model model) {
    String graph = model.graphs().getFirst();
    try (Binding binding = model.bind(graph)) {
      binding.write("x", EngineUnderTest.sampleInput(1));
      binding.run();
      float[] y = new float[8];
      binding.read("y", y);
      float[] reference = EngineUnderTest.reference(EngineUnderTest.sampleInput(1));
      for (int i = 0; i < y.length; i++) {
        assertEquals(reference[i], y[i], 2e-2f);
      }
      assertFalse(graph.isEmpty());
    }
  }
}
