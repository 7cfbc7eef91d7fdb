package io.github.npu4j.parity;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.numeric.ErrorMetrics;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

class TolerancesTest {

  private static List<String> exceeded(float[] expected, float[] actual) {
    TensorSpec spec = new TensorSpec("y", ElementType.FLOAT32, Shape.of(expected.length));
    return Tolerances.HALF_PRECISION.exceededBy(
        ErrorMetrics.compare(
            MemorySegment.ofArray(expected), spec, MemorySegment.ofArray(actual), spec));
  }

  /** Returns values around zero with a deviation for each that is this part of the first. */
  private static float[] values(int count, float first, float others, float off) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (i == 0 ? first : others) + (i % 2 == 0 ? off : -off);
    }
    return values;
  }

  @Test
  void theNoiseOfADenseOutputCounts() {
    List<String> exceeded = exceeded(values(100, 1, 1, 0), values(100, 1, 1, 0.05f));
    assertEquals(2, exceeded.size(), exceeded.toString());
    assertTrue(exceeded.getLast().startsWith("SQNR"), exceeded.toString());
  }

  @Test
  void theNoiseOfASparseOutputIsNotAskedFor() {
    float[] expected = values(1000, 1, 0, 0);
    float[] actual = values(1000, 1, 0, 0);
    for (int i = 1; i <= 20; i++) {
      actual[i] = 0.007f;
    }
    actual[0] = 1.03f; // an SQNR of 27 dB, and a cosine of 0.99954
    assertEquals(List.of(), exceeded(expected, actual));
    actual[21] = 1;
    assertTrue(exceeded(expected, actual).getFirst().startsWith("cosine"), "a false hit");
  }

  @Test
  void anOutputNextToZeroIsJudgedByItsDirectionOnly() {
    assertEquals(
        List.of(), exceeded(values(100, 5e-4f, 5e-4f, 0), values(100, 4.8e-4f, 4.8e-4f, 0)));
    assertTrue(
        exceeded(values(100, 5e-4f, 5e-4f, 0), new float[100]).getFirst().startsWith("cosine"));
  }

  @Test
  void anOutputOfZerosMustStayNothing() {
    assertEquals(List.of(), exceeded(new float[100], values(100, 0, 0, 1e-7f)));
    List<String> exceeded = exceeded(new float[100], values(100, 0, 0, 0.01f));
    assertEquals(List.of("difference 0.0100, and the output is zero"), exceeded);
  }
}
