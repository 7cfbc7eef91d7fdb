package io.github.npu4j.numeric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.testing.Allocation;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PoolingTest {

  private static final int DIMENSIONS = 5;

  /** Returns rows of the given type whose values are exact in either. */
  private static MemorySegment rows(Arena arena, ElementType type, float[] values) {
    MemorySegment rows = arena.allocate(type.byteSize(values.length));
    for (int i = 0; i < values.length; i++) {
      if (type == ElementType.FLOAT32) {
        rows.setAtIndex(ValueLayout.JAVA_FLOAT, i, values[i]);
      } else {
        rows.setAtIndex(ValueLayout.JAVA_SHORT, i, Float.floatToFloat16(values[i]));
      }
    }
    return rows;
  }

  private static float[] values() {
    float[] values = new float[4 * DIMENSIONS];
    for (int i = 0; i < values.length; i++) {
      values[i] = i / DIMENSIONS * 8 - i % DIMENSIONS;
    }
    return values;
  }

  @ParameterizedTest
  @EnumSource(
      value = ElementType.class,
      names = {"FLOAT32", "FLOAT16"})
  void poolsTheTokensThatCount(ElementType type) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment hidden = rows(arena, type, values());
      float[] out = new float[DIMENSIONS + 2];
      Pooling.MEAN.pool(hidden, type, 3, DIMENSIONS, out, 1);
      assertArrayEquals(new float[] {0, 8, 7, 6, 5, 4, 0}, out);
      Pooling.CLS.pool(hidden, type, 3, DIMENSIONS, out, 1);
      assertArrayEquals(new float[] {0, 0, -1, -2, -3, -4, 0}, out);
      Pooling.LAST_TOKEN.pool(hidden, type, 3, DIMENSIONS, out, 1);
      assertArrayEquals(new float[] {0, 16, 15, 14, 13, 12, 0}, out);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ElementType.class,
      names = {"FLOAT32", "FLOAT16"})
  void followsAMaskWithHoles(ElementType type) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment hidden = rows(arena, type, values());
      MemorySegment mask = arena.allocateFrom(ValueLayout.JAVA_LONG, 0, 1, 0, 1);
      float[] out = new float[DIMENSIONS];
      Pooling.MEAN.pool(hidden, type, mask, DIMENSIONS, out, 0);
      assertArrayEquals(new float[] {16, 15, 14, 13, 12}, out);
      Pooling.CLS.pool(hidden, type, mask, DIMENSIONS, out, 0);
      assertArrayEquals(new float[] {8, 7, 6, 5, 4}, out);
      Pooling.LAST_TOKEN.pool(hidden, type, mask, DIMENSIONS, out, 0);
      assertArrayEquals(new float[] {24, 23, 22, 21, 20}, out);
    }
  }

  @Test
  void agreesWithASumInDoublePrecision() {
    int dimensions = 384;
    int tokens = 200;
    float[] values = new float[dimensions * tokens];
    Random random = new Random(1);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    float[] out = new float[dimensions];
    Pooling.MEAN.pool(
        MemorySegment.ofArray(values), ElementType.FLOAT32, tokens, dimensions, out, 0);
    for (int d = 0; d < dimensions; d++) {
      double sum = 0;
      for (int t = 0; t < tokens; t++) {
        sum += values[t * dimensions + d];
      }
      assertEquals(sum / tokens, out[d], 1e-6);
    }
    Pooling.normalize(out, 0, dimensions);
    assertEquals(1, Math.sqrt(Similarity.dot(out, out)), 1e-6);
  }

  @Test
  void leavesAZeroVectorAlone() {
    float[] zero = new float[3];
    Pooling.normalize(zero, 0, 3);
    assertArrayEquals(new float[3], zero);
  }

  @Test
  void refusesNoTokensOtherTypesAndSmallMemory() {
    MemorySegment hidden = MemorySegment.ofArray(new float[10]);
    float[] out = new float[5];
    assertThrows(
        IllegalArgumentException.class,
        () -> Pooling.MEAN.pool(hidden, ElementType.FLOAT32, 0, 5, out, 0));
    MemorySegment zeros = MemorySegment.ofArray(new long[2]);
    assertThrows(
        IllegalArgumentException.class,
        () -> Pooling.CLS.pool(hidden, ElementType.FLOAT32, zeros, 5, out, 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> Pooling.MEAN.pool(hidden, ElementType.INT8, 2, 5, out, 0));
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> Pooling.MEAN.pool(hidden, ElementType.FLOAT32, 3, 5, out, 0));
    assertThrows(
        IndexOutOfBoundsException.class,
        () -> Pooling.MEAN.pool(hidden, ElementType.FLOAT32, 2, 5, out, 1));
  }

  @Test
  void allocatesNothingOnceCompiled() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment hidden = arena.allocate(64 * 384 * 4, 64);
      float[] out = new float[384];
      long allocated =
          Allocation.leastBytes(() -> {
            for (int i = 0; i < 1000; i++) {
              poolAndNormalize(hidden, out);
            }
          });
      assertEquals(0, allocated, "bytes in 1000 calls");
    }
  }

  private static void poolAndNormalize(MemorySegment hidden, float[] out) {
    Pooling.MEAN.pool(hidden, ElementType.FLOAT32, 64, 384, out, 0);
    Pooling.normalize(out, 0, 384);
  }
}
