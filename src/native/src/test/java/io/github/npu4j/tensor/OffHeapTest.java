package io.github.npu4j.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.npu4j.error.BadInputException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class OffHeapTest {

  private static final TensorSpec SPEC = new TensorSpec("x", ElementType.FLOAT32, Shape.of(1, 384));

  @Test
  void allocatesAlignedAndExact() {
    try (Arena arena = Arena.ofConfined()) {
      arena.allocate(1);
      MemorySegment segment = OffHeap.allocate(arena, SPEC);
      assertEquals(384 * 4, segment.byteSize());
      assertEquals(0, segment.address() % OffHeap.ALIGNMENT);
    }
  }

  @Test
  void packsFourBitElements() {
    assertEquals(2, ElementType.INT4.byteSize(3));
    assertEquals(Long.MAX_VALUE / 2 + 1, ElementType.UINT4.byteSize(Long.MAX_VALUE));
    assertThrows(ArithmeticException.class, () -> ElementType.INT64.byteSize(Long.MAX_VALUE));
  }

  @Test
  void refusesMemoryThatNativeCodeCantUse() {
    BadInputException heap =
        assertThrows(
            BadInputException.class,
            () -> OffHeap.requireFits(MemorySegment.ofArray(new float[384]), SPEC));
    assertTrue(heap.getMessage().contains("Java heap"), heap.getMessage());
    try (Arena arena = Arena.ofConfined()) {
      BadInputException small =
          assertThrows(
              BadInputException.class, () -> OffHeap.requireFits(arena.allocate(10), SPEC));
      assertTrue(small.getMessage().contains("10 bytes"), small.getMessage());
      assertEquals(1536, OffHeap.requireFits(arena.allocate(4096), SPEC).byteSize());
    }
  }
}
