package io.github.npu4j.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.artifact.ModelFolder;
import io.github.npu4j.error.BadModelException;
import io.github.npu4j.error.CompileFailedException;
import io.github.npu4j.error.NpuException;
import io.github.npu4j.onnx.GraphBuilder;
import io.github.npu4j.onnx.GraphBuilder.Value;
import io.github.npu4j.onnx.OnnxAttribute;
import io.github.npu4j.onnx.OnnxGraph;
import io.github.npu4j.onnx.OnnxNode;
import io.github.npu4j.onnx.ValueInfo;
import io.github.npu4j.runtime.NativeRuntime;
import io.github.npu4j.runtime.Soc;
import io.github.npu4j.store.Progress;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What HTP does not take of models from anywhere is named, with what to do. */
class ForeignModelsIT {

  @TempDir private Path folder;

  private final GraphBuilder graph = new GraphBuilder("g", 17);
  private final Value x = graph.input("x", ElementType.FLOAT32, 1, 4);

  private List<CompiledContext> compile(Map<String, Long> dimensions) throws IOException {
    Path file = folder.resolve("own.onnx");
    graph.write(file, Progress.NONE);
    CompileRequest request =
        new CompileRequest(file, Soc.X_ELITE, List.of(), dimensions, Weights.SEPARATE, Map.of());
    return new Compiler(NativeRuntime.find()).compile(request, CompileProgress.NONE);
  }

  private <E extends NpuException> E refused(Class<E> kind, Value result) {
    graph.output("y", result, ElementType.FLOAT32, 1, 4);
    return assertThrows(kind, () -> compile(Map.of()));
  }

  /** The body of a Loop: the value plus itself. */
  private static OnnxGraph body() {
    OnnxGraph body = new OnnxGraph("body");
    TensorSpec state = new TensorSpec("state", ElementType.FLOAT32, Shape.of(1, 4));
    TensorSpec on = new TensorSpec("on", ElementType.BOOL, Shape.of());
    body.inputs().add(ValueInfo.of(new TensorSpec("round", ElementType.INT64, Shape.of())));
    body.inputs().add(ValueInfo.of(on));
    body.inputs().add(ValueInfo.of(state));
    body.nodes().add(new OnnxNode("", "Identity", List.of("on"), List.of("still")));
    body.nodes().add(new OnnxNode("", "Add", List.of("state", "state"), List.of("next")));
    body.outputs().add(ValueInfo.of(on).named("still"));
    body.outputs().add(ValueInfo.of(state).named("next"));
    return body;
  }

  @Test
  void controlFlowIsNamed() {
    Value rounds = graph.input("rounds", ElementType.INT64);
    graph.scope("steps");
    Value end = graph.op("Loop", rounds, new Value(""), graph.op("Relu", x));
    graph.output("y", end, ElementType.FLOAT32, 1, 4);
    graph.model().graph().nodes().getLast().with(OnnxAttribute.of("body", body()));
    CompileFailedException refused =
        assertThrows(CompileFailedException.class, () -> compile(Map.of()));
    assertEquals("HTP can't take steps/Loop (Loop)", refused.why());
  }

  @Test
  void aShapeThatDoesNotFitIsTheModelsAndNotHtps() {
    Value weight = graph.numbers("w", new float[15], Shape.of(5, 3));
    CompileFailedException refused =
        refused(CompileFailedException.class, graph.op("MatMul", x, weight));
    assertTrue(refused.why().contains("MatMul"), refused.why());
    assertTrue(refused.advice().contains("does not fit the shapes"), refused.advice());
  }

  @Test
  void anOperatorThatNobodyKnowsIsNamedWithItsNode() {
    graph.scope("odd");
    CompileFailedException refused = refused(CompileFailedException.class, graph.op("FooBar", x));
    assertTrue(refused.why().startsWith("HTP can't take odd/FooBar (FooBar)"), refused.why());
  }

  @Test
  void aDynamicallyQuantizedModelIsToldToBeOneAndWhatToDo() {
    graph.scope("dense");
    List<Value> quantized = graph.node("DynamicQuantizeLinear", x).outputs(3);
    Value back = graph.op("DequantizeLinear", quantized.get(0), quantized.get(1), quantized.get(2));
    CompileFailedException refused = refused(CompileFailedException.class, back);
    assertTrue(
        refused
            .why()
            .startsWith(
                "it is dynamically quantized: dense/DynamicQuantizeLinear (DynamicQuantizeLinear)"),
        refused.why());
    assertTrue(refused.advice().contains("quantize that one for HTP"), refused.advice());
  }

  @Test
  void weightsThatAreNotFiniteAreNamedButMasksMayBeInfinite() throws IOException {
    float[] mask = {0, Float.NEGATIVE_INFINITY, 0, 0};
    Value masked =
        graph.op("Softmax", graph.op("Add", x, graph.numbers("mask", mask, Shape.of(1, 4))));
    graph.output("p", masked, ElementType.FLOAT32, 1, 4);
    assertEquals(1, compile(Map.of()).size());
    float[] weight = new float[16];
    weight[6] = Float.NaN;
    Value product = graph.op("MatMul", x, graph.numbers("w", weight, Shape.of(4, 4)));
    BadModelException refused = refused(BadModelException.class, product);
    assertEquals("element 6 of its weight w is NaN", refused.why());
  }

  @Test
  void anInputThatTheCompilerLeftOutIsKnown() throws IOException {
    graph.input("extra", ElementType.FLOAT32, "n", 2);
    graph.output("y", graph.op("Relu", x), ElementType.FLOAT32, 1, 4);
    Path file = folder.resolve("own.onnx");
    graph.write(file, Progress.NONE);
    CompiledModel compiled =
        new ModelCompiler(NativeRuntime.find())
            .compile(
                ModelFolder.open(file),
                ModelCompileRequest.of(List.of(Soc.X_ELITE))
                    .withDimensions(Map.of("n", 3L))
                    .withFolder(folder.resolve("compiled")),
                CompileProgress.NONE);
    assertEquals(List.of("extra"), compiled.inputsLeftOut(compiled.contexts().getFirst()));
  }
}
