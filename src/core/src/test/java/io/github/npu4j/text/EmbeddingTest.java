package io.github.npu4j.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;

class EmbeddingTest {

  @Test
  void isEqualByTheValuesOfItsVector() {
    Embedding one = new Embedding(new float[] {1, 2, 3, 4, 5}, 3, false, 7);
    assertEquals(one, new Embedding(new float[] {1, 2, 3, 4, 5}, 3, false, 7));
    assertEquals(one.hashCode(), new Embedding(one.vector().clone(), 3, false, 7).hashCode());
    assertNotEquals(one, new Embedding(new float[] {1, 2, 3, 4, 6}, 3, false, 7));
    assertNotEquals(one, new Embedding(one.vector(), 3, true, 7));
    assertEquals(
        "Embedding[vector=[1.0, 2.0, 3.0, 4.0]... of 5, tokens=3, truncated=false, nanos=7]",
        one.toString());
  }
}
