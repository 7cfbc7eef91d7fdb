package io.github.npu4j.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ShapeTest {

  @Test
  void countsElements() {
    assertEquals(1 * 128 * 384, Shape.of(1, 128, 384).elements());
    assertEquals(1, Shape.of().elements());
    assertEquals(0, Shape.of(3, 0).elements());
  }

  @Test
  void refusesToCountWhatIsDynamicOrTooLarge() {
    assertThrows(IllegalStateException.class, () -> Shape.of(1, Shape.DYNAMIC).elements());
    assertThrows(
        ArithmeticException.class, () -> Shape.of(Long.MAX_VALUE, Long.MAX_VALUE).elements());
    assertThrows(IllegalArgumentException.class, () -> Shape.of(1, -2));
  }

  @Test
  void acceptsWhatFillsItsOpenDimensions() {
    Shape declared = Shape.of(Shape.DYNAMIC, 384);
    assertTrue(declared.accepts(Shape.of(7, 384)));
    assertFalse(declared.accepts(Shape.of(7, 385)));
    assertFalse(declared.accepts(Shape.of(384)));
    assertFalse(declared.accepts(declared));
  }

  @Test
  void doesNotShareItsArray() {
    long[] dimensions = {2, 3};
    Shape shape = Shape.of(dimensions);
    dimensions[0] = 9;
    shape.toArray()[1] = 9;
    assertEquals(Shape.of(2, 3), shape);
  }

  @Test
  void printsAsPeopleWriteIt() {
    assertEquals("1x?x384", Shape.of(1, Shape.DYNAMIC, 384).toString());
    assertEquals("scalar", Shape.of().toString());
  }
}
