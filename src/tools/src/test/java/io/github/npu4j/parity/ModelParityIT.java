package io.github.npu4j.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.compile.CompileProgress;
import io.github.npu4j.compile.ModelCompileRequest;
import io.github.npu4j.compile.ModelCompiler;
import io.github.npu4j.engine.OpenOptions;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.onnx.GraphBuilder;
import io.github.npu4j.onnx.GraphBuilder.Value;
import io.github.npu4j.runtime.Device;
import io.github.npu4j.runtime.NativeRuntime;
import io.github.npu4j.runtime.Soc;
import io.github.npu4j.store.Progress;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Npy;
import io.github.npu4j.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Any model against the CPU in the emulator; small ones, made here. */
class ModelParityIT {

  @TempDir private Path folder;

  private Path write(String name, GraphBuilder graph) throws IOException {
    Path file = folder.resolve(name + ".onnx");
    graph.write(file, Progress.NONE);
    return file;
  }

  private ModelFolder compiled(Path onnx, Map<String, Long> dimensions) throws IOException {
    return new ModelCompiler(NativeRuntime.find())
        .compile(
            ModelFolder.open(onnx),
            ModelCompileRequest.of(List.of(Soc.X_ELITE))
                .withDimensions(dimensions)
                .withFolder(folder.resolve("compiled")),
            CompileProgress.NONE)
        .folder();
  }

  private static ParityRequest everywhere() {
    return ParityRequest.of(OpenOptions.on(Device.AUTO));
  }

  private static ParityResult compare(ModelFolder model, ParityRequest request) throws IOException {
    ParityResult result = ModelParity.compare(model, request, ParityProgress.NONE);
    assertEquals(List.of(), result.notCompared());
    assertTrue(result.parity().isWithinTolerances(), result.parity().toString());
    return result;
  }

  private static List<String> feeds(ParityResult result) {
    return result.parity().comparisons().stream()
        .map(ParityReport.Comparison::feed)
        .distinct()
        .toList();
  }

  /** A table of four rows, indexed by 1x8 ids, times weights. */
  private static GraphBuilder table() {
    GraphBuilder graph = new GraphBuilder("table", 17);
    Value ids = graph.input("ids", ElementType.INT64, 1, 8);
    float[] rows = new float[4 * 16];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (float) Math.sin(i);
    }
    Value row = graph.op("Gather", graph.numbers("rows", rows, Shape.of(4, 16)), ids);
    graph.output("y", graph.op("Relu", row), ElementType.FLOAT32, 1, 8, 16);
    return graph;
  }

  @Test
  void idsOfASmallTableAreDrawnWithinIt() throws IOException {
    ModelFolder model = compiled(write("table", table()), Map.of());
    assertTrue(compare(model, everywhere()).parity().comparesLibraries());
  }

  @Test
  void theCallersInputsAreComparedOn() throws IOException {
    ModelFolder model = compiled(write("table", table()), Map.of());
    Path file = folder.resolve("ids.npy");
    long[] ids = {3, 0, 1, 2, 3, 3, 0, 0};
    new Npy(ElementType.INT64, Shape.of(1, 8), MemorySegment.ofArray(ids)).write(file);
    assertEquals(
        List.of("onnx: given", "x-elite/model: given"),
        feeds(compare(model, everywhere().withInputs(Map.of("ids", file)))).stream()
            .map(ModelParityIT::plain)
            .toList());
    BadInputException unknown =
        assertThrows(
            BadInputException.class,
            () ->
                ModelParity.compare(
                    model, everywhere().withInputs(Map.of("x", file)), ParityProgress.NONE));
    assertTrue(unknown.getMessage().contains("has no input x"), unknown.getMessage());
  }

  private static String plain(String feed) {
    return feed.replaceAll(", [0-9]+ tokens", "").replaceAll("/[0-9]+", "/model");
  }

  @Test
  void whatCompileMadeStaticIsFoundAgain() throws IOException {
    GraphBuilder graph = new GraphBuilder("pool", 17);
    Value x = graph.input("x", ElementType.FLOAT32, "?", 3, "?", "?");
    graph.output(
        "y", graph.op("Softmax", graph.op("Relu", x)), ElementType.FLOAT32, "?", 3, "?", "?");
    ModelFolder model = compiled(write("pool", graph), Map.of("x:0", 1L, "x:2", 4L, "x:3", 6L));
    compare(model, everywhere());
  }

  @Test
  void anInputThatTheCompilerLeftOutIsStillGivenToTheReference() throws IOException {
    GraphBuilder graph = new GraphBuilder("unused", 17);
    Value x = graph.input("x", ElementType.FLOAT32, "n", 16);
    graph.input("unused", ElementType.FLOAT32, "n", 4);
    graph.output("y", graph.op("Relu", x), ElementType.FLOAT32, "n", 16);
    ModelFolder model = compiled(write("unused", graph), Map.of("n", 2L));
    compare(model, everywhere());
  }

  @Test
  void masksAreAlsoComparedWithAQuarterOfThemZero() throws IOException {
    GraphBuilder graph = new GraphBuilder("masked", 17);
    Value x = graph.input("x", ElementType.FLOAT32, 1, 8);
    Value valid = graph.input("valid", ElementType.INT32, 1, 8);
    Value left = graph.op("Sub", graph.number(1), graph.cast(valid, ElementType.FLOAT32));
    Value scores = graph.op("Add", x, graph.op("Mul", left, graph.number(-100)));
    graph.output("y", graph.op("Softmax", scores), ElementType.FLOAT32, 1, 8);
    ModelFolder model = compiled(write("masked", graph), Map.of());
    assertTrue(feeds(compare(model, everywhere())).toString().contains(": masked"));
  }

  @Test
  void unsignedInputsAreComparedThroughTheCApi() throws IOException {
    GraphBuilder graph = new GraphBuilder("unsigned", 17);
    Value x = graph.input("x", ElementType.UINT32, 1, 16);
    graph.output("y", graph.cast(x, ElementType.FLOAT32), ElementType.FLOAT32, 1, 16);
    ModelFolder model = ModelFolder.open(write("unsigned", graph));
    ParityResult result =
        ModelParity.compare(
            model, ParityRequest.of(OpenOptions.on(Device.CPU)), ParityProgress.NONE);
    assertEquals("cpu (ort)", result.parity().reference().label());
    assertTrue(result.parity().isWithinTolerances());
  }

  /** {@code y = relu(x)} with x and y rounded to eight bits of a scale. */
  private static GraphBuilder quantized(float scale) {
    GraphBuilder graph = new GraphBuilder("q", 17);
    Value x = graph.input("x", ElementType.FLOAT32, 1, 64);
    Value by = graph.number(scale);
    Value zero = graph.cast(graph.integer(128), ElementType.UINT8);
    Value rounded = graph.op("DequantizeLinear", graph.op("QuantizeLinear", x, by, zero), by, zero);
    graph.output("y", graph.op("Relu", rounded), ElementType.FLOAT32, 1, 64);
    return graph;
  }

  @Test
  void aQuantizedModelIsJudgedByLimitsOfItsOwn() throws IOException {
    GraphBuilder graph = new GraphBuilder("q", 17);
    Value x = graph.input("x", ElementType.FLOAT32, 1, 64);
    graph.output("y", graph.op("Relu", x), ElementType.FLOAT32, 1, 64);
    Path exact = write("float", graph);
    ModelFolder good = ModelFolder.open(write("good", quantized(0.03f)));
    ParityRequest request = ParityRequest.of(OpenOptions.on(Device.CPU)).withReference(exact);
    ParityReport report = compare(good, request).parity();
    assertEquals(
        Tolerances.QUANTIZED_FROM_FLOAT.toString(), report.participants().getFirst().tolerances());
    assertTrue(report.comparisons().getFirst().metrics().cosine() < 1, "rounded, so not the same");
    ModelFolder bad = ModelFolder.open(write("bad", quantized(3f)));
    assertTrue(
        !ModelParity.compare(bad, request, ParityProgress.NONE).parity().isWithinTolerances(),
        "a scale a hundred times too large");
  }
}
