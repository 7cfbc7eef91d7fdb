package io.github.npu4j.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Intervals over made-up durations, whose true ratio is known. */
class RatioTest {

  private static final double[] SHARES = {0.5, 0.99};

  /** Kinds of noise that benchmarks have. */
  enum Noise {
    LOGNORMAL {
      @Override
      double next(int i, SplittableRandom random) {
        return Math.exp(0.1 * random.nextGaussian());
      }
    },
    /** One in fifty takes several times as long. */
    HEAVY_TAIL {
      @Override
      double next(int i, SplittableRandom random) {
        double pause = random.nextInt(50) == 0 ? 5 * random.nextDouble() : 0;
        return 1 + 0.02 * random.nextGaussian() + pause;
      }
    },
    /** Each is like the one before: the machine is slow for a while. */
    DRIFTING {
      private double state;

      @Override
      double next(int i, SplittableRandom random) {
        state = (i == 0 ? 0 : 0.8 * state) + 0.06 * random.nextGaussian();
        return Math.exp(state);
      }
    },
    /** Ten texts of different length in turn. */
    MIXED_WORK {
      @Override
      double next(int i, SplittableRandom random) {
        return (1 + 0.3 * (i % 10)) * Math.exp(0.03 * random.nextGaussian());
      }
    };

    abstract double next(int i, SplittableRandom random);

    int round() {
      return this == MIXED_WORK ? 10 : 1;
    }

    long[] durations(int count, double factor, SplittableRandom random) {
      long[] nanos = new long[count];
      for (int i = 0; i < count; i++) {
        nanos[i] = (long) (2e6 * factor * next(i, random));
      }
      return nanos;
    }

    List<Ratio> compare(long[] before, long[] after) {
      return Ratio.of(before, round(), after, round(), SHARES);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRunAgainstItselfShowsNothing(Noise noise) {
    SplittableRandom random = new SplittableRandom(1);
    for (int count : new int[] {20, 50, 500}) {
      for (int trial = 0; trial < 2; trial++) {
        long[] nanos = noise.durations(noise.round() * count, 1, random);
        for (Ratio ratio : noise.compare(nanos, nanos)) {
          assertEquals(1, ratio.value());
          assertFalse(ratio.exceedsNoise(), ratio.toString());
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void runsOfTheSameKindSeldomDiffer(Noise noise) {
    SplittableRandom random = new SplittableRandom(2);
    int trials = 100;
    int alarms = 0;
    for (int trial = 0; trial < trials; trial++) {
      long[] before = noise.durations(200, 1, random);
      long[] after = noise.durations(200, 1, random);
      alarms += noise.compare(before, after).getFirst().exceedsNoise() ? 1 : 0;
    }
    assertTrue(alarms <= 2, alarms + " false alarms in " + trials);
  }

  @ParameterizedTest
  @EnumSource
  void tailsOfTheSameKindSeldomDiffer(Noise noise) {
    SplittableRandom random = new SplittableRandom(3);
    int trials = 15;
    int alarms = 0;
    for (int trial = 0; trial < trials; trial++) {
      long[] before = noise.durations(Comparison.ENOUGH_FOR_P99, 1, random);
      long[] after = noise.durations(Comparison.ENOUGH_FOR_P99, 1, random);
      alarms += noise.compare(before, after).get(1).exceedsNoise() ? 1 : 0;
    }
    assertTrue(alarms <= 1, alarms + " false alarms in " + trials);
  }

  @ParameterizedTest
  @EnumSource
  void aTenthMoreIsSeen(Noise noise) {
    SplittableRandom random = new SplittableRandom(4);
    int trials = 12;
    int seen = 0;
    for (int trial = 0; trial < trials; trial++) {
      long[] before = noise.durations(1000, 1, random);
      long[] after = noise.durations(1000, 1.1, random);
      Ratio median = noise.compare(before, after).getFirst();
      assertTrue(median.low() < 1.1 && 1.1 < median.high(), median.toString());
      seen += median.exceedsNoise() ? 1 : 0;
      Ratio back = noise.compare(after, before).getFirst();
      assertTrue(back.low() < 1 / 1.1 && 1 / 1.1 < back.high(), back.toString());
    }
    assertTrue(seen >= trials - 1, seen + " of " + trials);
  }

  @Test
  void theMixOfWorkIsNoNoise() {
    SplittableRandom random = new SplittableRandom(5);
    long[] before = Noise.MIXED_WORK.durations(200, 1, random);
    long[] after = Noise.MIXED_WORK.durations(200, 1.1, random);
    assertTrue(Ratio.of(before, 10, after, 10, 0.5).getFirst().exceedsNoise());
    assertFalse(Ratio.of(before, 1, after, 1, 0.5).getFirst().exceedsNoise());
  }

  @Test
  void theSameDurationsGiveTheSameIntervals() {
    SplittableRandom random = new SplittableRandom(6);
    long[] before = Noise.HEAVY_TAIL.durations(300, 1, random);
    long[] after = Noise.HEAVY_TAIL.durations(250, 1, random);
    assertEquals(Ratio.of(before, 1, after, 1, SHARES), Ratio.of(before, 1, after, 1, SHARES));
  }

  @Test
  void durationsThatNeverChangeHaveNoNoise() {
    long[] two = new long[30];
    long[] three = new long[30];
    Arrays.fill(two, 2);
    Arrays.fill(three, 3);
    assertEquals(new Ratio(1.5, 1.5, 1.5), Ratio.of(two, 1, three, 1, 0.5).getFirst());
    assertEquals(new Ratio(1, 1, 1), Ratio.of(new long[30], 1, new long[30], 1, 0.5).getFirst());
  }
}
