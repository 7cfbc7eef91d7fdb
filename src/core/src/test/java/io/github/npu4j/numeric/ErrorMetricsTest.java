package io.github.npu4j.numeric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Quantization.PerAxis;
import io.github.npu4j.tensor.Quantization.PerTensor;
import io.github.npu4j.tensor.Shape;
import io.github.npu4j.tensor.TensorSpec;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class ErrorMetricsTest {

  private static final TensorSpec FLOATS = new TensorSpec("x", ElementType.FLOAT32, Shape.of(2, 2));

  private static ErrorMetrics compare(float[] expected, float[] actual) {
    return ErrorMetrics.compare(
        MemorySegment.ofArray(expected), FLOATS, MemorySegment.ofArray(actual), FLOATS);
  }

  @Test
  void computesEachFigure() {
    ErrorMetrics metrics = compare(new float[] {3, 0, 0, 4}, new float[] {3, 0, 0, 3.5f});
    assertEquals(4, metrics.elements());
    assertEquals(23 / (5 * Math.sqrt(9 + 12.25)), metrics.cosine(), 1e-12);
    assertEquals(0.5, metrics.maxAbsoluteError());
    assertEquals(0.125, metrics.meanAbsoluteError());
    assertEquals(20, metrics.sqnrDecibels(), 1e-12);
    assertEquals(0, metrics.nanCount());
  }

  @Test
  void hasFiguresForEqualAndForZeroTensors() {
    ErrorMetrics equal = compare(new float[] {1, 2, 3, 4}, new float[] {1, 2, 3, 4});
    assertEquals(1, equal.cosine(), 1e-15);
    assertEquals(Double.POSITIVE_INFINITY, equal.sqnrDecibels());
    ErrorMetrics zeros = compare(new float[4], new float[4]);
    assertEquals(1, zeros.cosine());
    ErrorMetrics noise = compare(new float[4], new float[] {1, 0, 0, 0});
    assertEquals(0, noise.cosine());
    assertEquals(Double.NEGATIVE_INFINITY, noise.sqnrDecibels());
  }

  @Test
  void countsWhatIsNotFiniteOnOneSide() {
    float nan = Float.NaN;
    float infinity = Float.POSITIVE_INFINITY;
    ErrorMetrics metrics =
        compare(new float[] {nan, infinity, 1, 2}, new float[] {nan, -infinity, nan, 2});
    assertEquals(2, metrics.nanCount());
    assertEquals(0, metrics.maxAbsoluteError());
    assertEquals(1, metrics.cosine(), 1e-15);
    assertEquals(4, compare(new float[4], new float[] {nan, nan, nan, nan}).nanCount());
  }

  @Test
  void comparesAcrossTypesAndQuantizations() {
    MemorySegment reals = MemorySegment.ofArray(new float[] {0, 0.5f, -1, 2});
    TensorSpec quantized =
        new TensorSpec("q", ElementType.UINT8, Shape.of(4), new PerTensor(0.5f, 10));
    MemorySegment bytes = MemorySegment.ofArray(new byte[] {10, 11, 8, 14});
    assertEquals(0, ErrorMetrics.compare(reals, FLOATS, bytes, quantized).maxAbsoluteError());
    TensorSpec perAxis =
        new TensorSpec(
            "q",
            ElementType.INT8,
            Shape.of(2, 2),
            new PerAxis(1, new float[] {1, 0.25f}, new int[] {0, -2}));
    MemorySegment axisBytes = MemorySegment.ofArray(new byte[] {0, 0, -1, 6});
    assertEquals(0, ErrorMetrics.compare(reals, FLOATS, axisBytes, perAxis).maxAbsoluteError());
    TensorSpec longs = new TensorSpec("i", ElementType.INT64, Shape.of(4));
    MemorySegment integers = MemorySegment.ofArray(new long[] {0, 1, -1, 2});
    assertEquals(0.5, ErrorMetrics.compare(reals, FLOATS, integers, longs).maxAbsoluteError());
  }

  @Test
  void refusesTensorsOfDifferentSizes() {
    MemorySegment four = MemorySegment.ofArray(new float[4]);
    TensorSpec five = new TensorSpec("y", ElementType.FLOAT32, Shape.of(5));
    assertThrows(
        IllegalArgumentException.class, () -> ErrorMetrics.compare(four, FLOATS, four, five));
    assertThrows(
        IllegalArgumentException.class, () -> ErrorMetrics.compare(four, five, four, five));
  }
}
