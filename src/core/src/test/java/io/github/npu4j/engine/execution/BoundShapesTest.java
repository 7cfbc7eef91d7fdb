package io.github.npu4j.engine.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.engine.GraphSpec;
import io.github.npu4j.error.BadInputException;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BoundShapesTest {

  private static final GraphSpec GRAPH =
      new GraphSpec(
          "g",
          List.of(spec("ids", -1, -1), spec("mask", -1, -1)),
          List.of(spec("hidden", -1, -1, 384), spec("count", -1)));
  private static final BoundShapes.DimensionNames NAMES =
      tensor ->
          switch (tensor) {
            case "ids", "mask" -> List.of("batch", "sequence");
            case "hidden" -> List.of("batch", "sequence", "");
            default -> List.of("");
          };

  @Test
  void worksOutOutputsFromDimensionNames() {
    BoundShapes shapes =
        BoundShapes.resolve(GRAPH, Map.of("ids", Shape.of(2, 16), "mask", Shape.of(2, 16)), NAMES);
    assertEquals(Shape.of(2, 16, 384), shapes.outputs().getFirst().shape());
    assertFalse(shapes.outputs().getLast().shape().isStatic());
  }

  @Test
  void refusesMissingDynamicContradictoryAndUnknownShapes() {
    assertMessage("needs a shape for input mask", Map.of("ids", Shape.of(1, 4)));
    assertMessage("can't have the shape", Map.of("ids", Shape.of(1, -1)));
    assertMessage("can't have the shape", Map.of("ids", Shape.of(1)));
    assertMessage("disagree", Map.of("ids", Shape.of(1, 4), "mask", Shape.of(1, 5)));
    assertMessage("no input named xs", Map.of("xs", Shape.of(1)));
  }

  @Test
  void namesThatStandForTwoSizesInOneInputTellNothing() {
    GraphSpec pool =
        new GraphSpec("p", List.of(spec("x", -1, 3, -1, -1)), List.of(spec("y", -1, 3)));
    BoundShapes shapes =
        BoundShapes.resolve(
            pool,
            Map.of("x", Shape.of(1, 3, 4, 6)),
            tensor -> tensor.equals("x") ? List.of("?", "", "?", "?") : List.of("?", ""));
    assertEquals(Shape.of(1, 3, 4, 6), shapes.inputs().getFirst().shape());
    assertEquals(Shape.of(-1, 3), shapes.outputs().getFirst().shape());
    GraphSpec square =
        new GraphSpec("s", List.of(spec("m", -1, -1)), List.of(spec("y", -1), spec("z", -1)));
    BoundShapes.DimensionNames twice =
        tensor -> List.of("n", "n").subList(0, 1 + (tensor.equals("m") ? 1 : 0));
    assertEquals(
        Shape.of(5),
        BoundShapes.resolve(square, Map.of("m", Shape.of(5, 5)), twice)
            .outputs()
            .getFirst()
            .shape());
    assertEquals(
        Shape.of(-1),
        BoundShapes.resolve(square, Map.of("m", Shape.of(5, 6)), twice)
            .outputs()
            .getFirst()
            .shape());
  }

  private static void assertMessage(String words, Map<String, Shape> given) {
    BadInputException error =
        assertThrows(BadInputException.class, () -> BoundShapes.resolve(GRAPH, given, NAMES));
    assertTrue(error.getMessage().contains(words), error.getMessage());
  }

  private static TensorSpec spec(String name, long... dimensions) {
    return new TensorSpec(name, ElementType.FLOAT32, Shape.of(dimensions));
  }
}
