package io.github.npu4j.seq2seq.search;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LogitsTest {

  @Test
  void exponentialIsCloseToTheRealOne() {
    for (float x = -40; x <= 0; x += 0.001f) {
      double expected = Math.exp(x);
      assertEquals(expected, Logits.exp(x), 3e-6 * expected, "e to the power of " + x);
    }
    assertEquals(1, Logits.exp(0));
    assertEquals(0, Logits.exp(-100));
    assertEquals(0, Logits.exp(Float.NEGATIVE_INFINITY));
  }

  @Test
  void sumAndGreatestOfAnyCount() {
    SplittableRandom random = new SplittableRandom(1);
    try (Arena arena = Arena.ofConfined()) {
      for (int count : new int[] {1, 2, 3, 4, 5, 7, 8, 1001}) {
        MemorySegment scores = arena.allocate(4L * count, 4);
        double sum = 0;
        int best = 0;
        for (int i = 0; i < count; i++) {
          float score = (float) random.nextGaussian() * 5;
          scores.setAtIndex(ValueLayout.JAVA_FLOAT, i, score);
          sum += Math.exp(score);
          best = score > Logits.get(scores, best) ? i : best;
        }
        assertEquals(best, Logits.argmax(scores));
        double whole = Logits.logSumExp(scores, Logits.get(scores, best));
        assertEquals(Math.log(sum), whole, 1e-6);
      }
    }
  }

  @Test
  void theFirstOfEqualsIsTheGreatest() {
    MemorySegment scores = MemorySegment.ofArray(new float[] {-1, 2, 0, 2});
    assertEquals(1, Logits.argmax(scores));
    Logits.ban(scores, 1);
    assertEquals(3, Logits.argmax(scores));
  }
}
