package io.github.npu4j.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.npu4j.numeric.Pooling;
import io.github.npu4j.tensor.ElementType;
import io.github.npu4j.text.DenseLayer.Activation;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class VectorHeadTest {

  /** Three tokens of two values; the third does not count. */
  private static final MemorySegment ROWS = MemorySegment.ofArray(new float[] {1, 4, 3, 0, 9, 9});

  private static float[] apply(VectorHead head) {
    float[] result = new float[head.size(2)];
    head.apply(ROWS, ElementType.FLOAT32, 2, 2, new float[head.scratch(2)], result);
    return result;
  }

  @Test
  void poolsInEveryWay() {
    assertArrayEquals(new float[] {2, 2}, apply(of(Pooling.MEAN)));
    assertArrayEquals(new float[] {1, 4}, apply(of(Pooling.CLS)));
    assertArrayEquals(new float[] {3, 0}, apply(of(Pooling.LAST_TOKEN)));
    assertArrayEquals(new float[] {3, 4}, apply(of(Pooling.MAX)));
    assertArrayEquals(new float[] {7 / 3f, 4 / 3f}, apply(of(Pooling.WEIGHTED_MEAN)), 1e-6f);
    float root = (float) Math.sqrt(2);
    assertArrayEquals(new float[] {4 / root, 4 / root}, apply(of(Pooling.MEAN_SQRT_LEN)), 1e-6f);
  }

  @Test
  void severalWaysStandOneBehindTheOther() {
    assertArrayEquals(new float[] {1, 4, 2, 2}, apply(of(Pooling.CLS, Pooling.MEAN)));
  }

  @Test
  void layersFollowThenTheCutThenTheLength() {
    DenseLayer twice =
        new DenseLayer(2, new float[] {2, 0, 0, 2, 1, 1}, new float[] {0, 1, 0}, Activation.RELU);
    DenseLayer first =
        new DenseLayer(3, new float[] {1, 0, 0, 0, -1, 0}, new float[2], Activation.IDENTITY);
    VectorHead head =
        new VectorHead(List.of(Pooling.CLS), List.of(twice, first), OptionalInt.empty(), false);
    assertArrayEquals(new float[] {2, -9}, apply(head));
    VectorHead cut =
        new VectorHead(List.of(Pooling.CLS), List.of(twice, first), OptionalInt.of(1), true);
    assertEquals(1, cut.size(2));
    assertArrayEquals(new float[] {1}, apply(cut));
  }

  @Test
  void activationsAreTorchs() {
    assertEquals(0.84134475f, Activation.GELU.of(1), 1e-6f);
    assertEquals(-0.15865525f, Activation.GELU.of(-1), 1e-6f);
    assertEquals(0.73105858f, Activation.SILU.of(1), 1e-6f);
    assertEquals(0.73105858f, Activation.SIGMOID.of(1), 1e-6f);
    assertEquals(0.76159416f, Activation.TANH.of(1), 1e-6f);
  }

  private static VectorHead of(Pooling... pooling) {
    return new VectorHead(List.of(pooling), List.of(), OptionalInt.empty(), false);
  }
}
