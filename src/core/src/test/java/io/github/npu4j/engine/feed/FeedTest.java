package io.github.npu4j.engine.feed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.engine.GraphSpec;
import io.github.npu4j.onnx.use.InputUse;
import io.github.npu4j.onnx.use.ValueRange;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FeedTest {

  private static MemorySegment draw(String name, ElementType type, InputUse use, Arena arena) {
    TensorSpec input = new TensorSpec(name, type, Shape.of(2, 64));
    GraphSpec graph = new GraphSpec("g", List.of(input), List.of());
    return Feed.random(graph, Map.of(), Map.of(name, use), 1, arena).inputs().get(name).data();
  }

  private static InputUse index(long first, long last) {
    return new InputUse.Index(new ValueRange(first, last));
  }

  @Test
  void whatIndexesATableIsWithinItWhateverItsType() {
    try (Arena arena = Arena.ofConfined()) {
      long[] ids =
          draw("ids", ElementType.INT64, index(0, 3), arena).toArray(ValueLayout.JAVA_LONG);
      assertTrue(Arrays.stream(ids).allMatch(id -> id >= 1 && id <= 3), Arrays.toString(ids));
      assertEquals(3, Arrays.stream(ids).distinct().count(), "every row but the padding's");
      int[] narrow =
          draw("x", ElementType.INT32, index(-2, 1), arena).toArray(ValueLayout.JAVA_INT);
      assertTrue(Arrays.stream(narrow).allMatch(id -> id >= -2 && id <= 1));
      byte[] bytes =
          draw("x", ElementType.UINT8, index(0, 30_521), arena).toArray(ValueLayout.JAVA_BYTE);
      assertEquals(128, bytes.length);
      for (float id :
          draw("x", ElementType.FLOAT32, index(0, 1), arena).toArray(ValueLayout.JAVA_FLOAT)) {
        assertTrue(id == 0 || id == 1, "an index that comes as a float: " + id);
      }
    }
  }

  @Test
  void positionsAreInOrderAndTypesZeroAsFarAsTheTableGoes() {
    try (Arena arena = Arena.ofConfined()) {
      long[] positions =
          draw("position_ids", ElementType.INT64, index(0, 39), arena)
              .toArray(ValueLayout.JAVA_LONG);
      assertEquals(39, positions[39]);
      assertEquals(0, positions[40], "the table has 40 rows");
      assertEquals(0, positions[64], "each row of the input begins anew");
      long[] types =
          draw("token_type_ids", ElementType.INT64, index(2, 3), arena)
              .toArray(ValueLayout.JAVA_LONG);
      assertTrue(Arrays.stream(types).allMatch(type -> type == 2));
    }
  }

  @Test
  void masksAreOnesWhateverTheirName() {
    try (Arena arena = Arena.ofConfined()) {
      long[] mask =
          draw("valid", ElementType.INT64, new InputUse.Mask(), arena)
              .toArray(ValueLayout.JAVA_LONG);
      assertTrue(Arrays.stream(mask).allMatch(value -> value == 1));
    }
  }
}
