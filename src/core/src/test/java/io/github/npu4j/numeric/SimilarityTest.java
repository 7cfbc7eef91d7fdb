package io.github.npu4j.numeric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SimilarityTest {

  @Test
  void agreesWithThePlainSumAtEveryLength() {
    Random random = new Random(9);
    for (int length = 0; length < 40; length++) {
      float[] a = new float[length];
      float[] b = new float[length];
      double sum = 0;
      for (int i = 0; i < length; i++) {
        a[i] = random.nextFloat() - 0.5f;
        b[i] = random.nextFloat() - 0.5f;
        sum += (double) a[i] * b[i];
      }
      assertEquals(sum, Similarity.dot(a, b), 1e-12);
      assertEquals(sum, Similarity.dot(MemorySegment.ofArray(a), MemorySegment.ofArray(b)), 1e-12);
    }
  }

  @Test
  void measuresAngles() {
    assertEquals(1, Similarity.cosine(new float[] {1, 2}, new float[] {3, 6}), 1e-15);
    assertEquals(-1, Similarity.cosine(new float[] {1, 2}, new float[] {-1, -2}), 1e-15);
    assertEquals(0, Similarity.cosine(new float[] {1, 0}, new float[] {0, 1}));
    assertEquals(0, Similarity.cosine(new float[2], new float[] {0, 1}));
    float[] huge = {1e30f, 1e30f};
    assertEquals(1, Similarity.cosine(huge, huge), 1e-15);
    MemorySegment segment = MemorySegment.ofArray(huge);
    assertEquals(1, Similarity.cosine(segment, segment), 1e-15);
  }

  @Test
  void refusesVectorsOfDifferentLength() {
    float[] two = new float[2];
    float[] three = new float[3];
    assertThrows(IllegalArgumentException.class, () -> Similarity.dot(two, three));
    assertThrows(IllegalArgumentException.class, () -> Similarity.cosine(two, three));
    assertThrows(IndexOutOfBoundsException.class, () -> Similarity.dot(two, 1, two, 0, 2));
  }
}
