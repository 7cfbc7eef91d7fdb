package io.github.npu4j.onnx.use;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.npu4j.onnx.GraphBuilder;
import io.github.npu4j.onnx.GraphBuilder.Value;
import io.github.npu4j.onnx.OnnxAttribute;
import io.github.npu4j.onnx.OnnxGraph;
import io.github.npu4j.onnx.OnnxModel;
import io.github.npu4j.onnx.OnnxNode;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InputUsesTest {

  private final GraphBuilder graph = new GraphBuilder("g", 17);
  private final Value ids = graph.input("ids", ElementType.INT64, 1, 4);

  private Value table(int rows) {
    return graph.numbers("table" + rows, new float[rows * 2], Shape.of(rows, 2));
  }

  private InputUse use(Value result) {
    graph.output("y", result, ElementType.FLOAT32, 1, 4, 2);
    return InputUses.of(graph.model(), Map.of()).get("ids");
  }

  private static InputUse index(long first, long last) {
    return new InputUse.Index(new ValueRange(first, last));
  }

  @Test
  void idsOfATableAreWithinIt() {
    assertEquals(index(0, 3), use(graph.op("Gather", table(4), ids)));
  }

  @Test
  void idsAreFollowedThroughWhatMovesConvertsAndShiftsThem() {
    Value flat = graph.op("Reshape", graph.cast(ids, ElementType.INT32), graph.integers(4));
    Value wide = graph.cast(graph.op("Unsqueeze", flat, graph.integers(0)), ElementType.INT64);
    Value part = graph.op("Slice", wide, graph.integers(0), graph.integers(2), graph.integers(1));
    Value moved = graph.op("Add", graph.op("Mul", part, graph.integer(2)), graph.integers(1, 3));
    // 2x + 1 and 2x + 3 are within 0..8 for x of 0, 1 and 2
    assertEquals(index(0, 2), use(graph.op("Gather", table(9), moved)));
  }

  @Test
  void aDifferenceFromAConstantTurnsTheRange() {
    assertEquals(
        index(-2, 2), use(graph.op("Gather", table(5), graph.op("Sub", graph.integer(2), ids))));
  }

  @Test
  void theShortestOfSeveralTablesCounts() {
    Value one = graph.op("Gather", table(9), ids);
    Value other = graph.op("Gather", table(3), graph.op("Add", ids, graph.integer(1)));
    assertEquals(index(0, 1), use(graph.op("Add", one, other)));
  }

  @Test
  void otherOperatorsIndexToo() {
    Value elements = graph.node("GatherElements", table(7), ids).with("axis", 1).output();
    assertEquals(index(0, 1), use(elements));
    GraphBuilder other = new GraphBuilder("g", 17);
    Value at = other.input("ids", ElementType.INT64, 4, 1);
    other.output(
        "y",
        other.op("GatherND", other.numbers("t", new float[12], Shape.of(6, 2)), at),
        ElementType.FLOAT32,
        4,
        2);
    assertEquals(index(0, 1), InputUses.of(other.model(), Map.of()).get("ids"));
  }

  @Test
  void theFusedEmbeddingOfOnnxRuntimeHasThreeTablesAndAMask() {
    GraphBuilder fused = new GraphBuilder("g", 17);
    Value[] inputs = {
      fused.input("ids", ElementType.INT32, 1, 4),
      fused.input("segments", ElementType.INT32, 1, 4),
      fused.numbers("words", new float[20], Shape.of(10, 2)),
      fused.numbers("positions", new float[8], Shape.of(4, 2)),
      fused.numbers("types", new float[4], Shape.of(2, 2)),
      fused.numbers(new float[] {1, 1}, Shape.of(2)),
      fused.numbers(new float[] {0, 0}, Shape.of(2)),
      fused.input("valid", ElementType.INT32, 1, 4)
    };
    Value out = fused.node("EmbedLayerNormalization", inputs).domain("com.microsoft").output();
    fused.output("y", out, ElementType.FLOAT32, 1, 4, 2);
    assertEquals(
        Map.of("ids", index(0, 9), "segments", index(0, 1), "valid", new InputUse.Mask()),
        InputUses.of(fused.model(), Map.of()));
  }

  @Test
  void aTableOfUnknownLengthIsIndexedByItsFirstRow() {
    Value made = graph.op("Relu", graph.op("MatMul", table(4), table(2)));
    assertEquals(index(0, 0), use(graph.op("Gather", made, ids)));
    GraphBuilder other = new GraphBuilder("g", 17);
    Value rows = other.input("rows", ElementType.FLOAT32, "n", 2);
    Value at = other.input("ids", ElementType.INT64, 1, 4);
    other.output("y", other.op("Gather", rows, at), ElementType.FLOAT32, 1, 4, 2);
    assertEquals(
        index(0, 5),
        InputUses.of(other.model(), Map.of("rows", Shape.of(6, 2))).get("ids"),
        "the shape that the caller gives the table");
  }

  @Test
  void whatIsTakenFromOneIsAMask() {
    Value left = graph.op("Sub", graph.number(1), graph.cast(ids, ElementType.FLOAT32));
    assertEquals(new InputUse.Mask(), use(graph.op("Mul", left, graph.number(-10000))));
  }

  @Test
  void whatIsOnlyComputedWithIsFree() {
    assertEquals(new InputUse.Free(), use(graph.op("Add", ids, graph.integer(7))));
  }

  @Test
  void bodiesOfControlFlowAreLookedInto() {
    OnnxGraph body = new OnnxGraph("then");
    body.nodes().add(new OnnxNode("", "Gather", List.of("table6", "ids"), List.of("t")));
    Value rows = table(6);
    Value decided = graph.input("decided", ElementType.BOOL);
    graph.output("y", graph.op("If", decided), ElementType.FLOAT32, 1, 4, 2);
    OnnxModel model = graph.model();
    OnnxNode branch = model.graph().nodes().getLast();
    branch.with(OnnxAttribute.of("then_branch", body));
    assertEquals(rows.name(), "table6");
    assertEquals(index(0, 5), InputUses.of(model, Map.of()).get("ids"));
  }
}
