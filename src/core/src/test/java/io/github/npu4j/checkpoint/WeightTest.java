package io.github.npu4j.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.tensor.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;

class WeightTest {

  private final Weight matrix =
      Weight.of(new float[] {1, 2, 3, 4, 5, 6}, Shape.of(2, 3)); // 1 2 3 over 4 5 6

  @Test
  void transposesScalesAndJoins() {
    assertArrayEquals(new float[] {1, 4, 2, 5, 3, 6}, all(matrix.transposed()));
    assertEquals(Shape.of(3, 2), matrix.transposed().shape());
    assertArrayEquals(all(matrix), all(matrix.transposed().transposed()));
    assertArrayEquals(new float[] {2, 4, 6, 8, 10, 12}, all(matrix.scaled(2)));
    Weight joined = Weight.beside(List.of(matrix.transposed(), matrix.scaled(-1).transposed()));
    assertEquals(Shape.of(3, 4), joined.shape());
    assertArrayEquals(new float[] {1, 4, -1, -4, 2, 5, -2, -5, 3, 6, -3, -6}, all(joined));
  }

  @Test
  void roundsByColumn() {
    Weight rounded = matrix.rounded(new float[] {2, 0.01f, 1});
    assertEquals(ElementType.INT8, rounded.type());
    assertArrayEquals(new float[] {0, 127, 3, 2, 127, 6}, all(rounded));
    assertArrayEquals(
        new float[] {-127, 0, 2},
        new float[] {Weight.rounded(-1e9f, 1), Weight.rounded(1e-9f, 1), Weight.rounded(2.5f, 1)});
    assertThrows(IllegalArgumentException.class, () -> matrix.rounded(new float[2]));
  }

  @Test
  void givesOnlyTheRowsThatAreAskedFor() {
    float[] into = new float[9];
    matrix.transposed().read(1, 2, into, 1, 4);
    assertArrayEquals(new float[] {0, 2, 5, 0, 0, 3, 6, 0, 0}, into);
  }

  @Test
  void whatDoesNotFitIsADefectOfTheCaller() {
    Weight vector = Weight.of(new float[3], Shape.of(3));
    assertThrows(IllegalArgumentException.class, vector::transposed);
    assertThrows(
        IllegalArgumentException.class, () -> Weight.beside(List.of(matrix, matrix.transposed())));
    assertThrows(IllegalArgumentException.class, () -> Weight.of(new float[3], Shape.of(2, 2)));
    assertThrows(IllegalArgumentException.class, () -> Weight.of(new float[8], Shape.of(2, 2, 2)));
  }

  private static float[] all(Weight weight) {
    float[] values = new float[(int) weight.shape().elements()];
    weight.read(0, weight.rows(), values, 0, weight.columns());
    return values;
  }
}
