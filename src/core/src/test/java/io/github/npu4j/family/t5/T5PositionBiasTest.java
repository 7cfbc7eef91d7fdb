package io.github.npu4j.family.t5;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The buckets as PyTorch's own code lays them out. */
class T5PositionBiasTest {

  /** The distances at which a bucket begins, of 16 up to 128: the encoder's, for each direction. */
  @Test
  void encodersBucketsBeginWherePyTorchsDo() {
    assertArrayEquals(
        new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 23, 32, 46, 64, 91}, begins(16, 128));
  }

  /** The distances at which a bucket begins, of 32 up to 128: the decoder's. */
  @Test
  void decodersBucketsBeginWherePyTorchsDo() {
    int[] expected = {
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 19, 21, 24, 27, 31, 35, 40, 46, 52,
      59, 67, 77, 87, 99, 113
    };
    assertArrayEquals(expected, begins(32, 128));
  }

  @Test
  void farDistancesShareTheLastBucket() {
    for (int distance : new int[] {128, 129, 1000, 1 << 24, Integer.MAX_VALUE}) {
      assertEquals(31, T5PositionBias.bucketOfDistance(distance, 32, 128));
    }
  }

  private static int[] begins(int buckets, int maximum) {
    return IntStream.range(0, 1000)
        .filter(distance ->
            distance == 0
                || T5PositionBias.bucketOfDistance(distance, buckets, maximum)
                    != T5PositionBias.bucketOfDistance(distance - 1, buckets, maximum))
        .toArray();
  }
}
