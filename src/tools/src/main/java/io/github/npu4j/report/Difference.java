package io.github.npu4j.report;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A percentile of the same work in two runs.
 *
 * @param device the device's name
 * @param what the work
 * @param percentile {@code p50} or {@code p99}
 * @param before the earlier run's, in milliseconds
 * @param after the later run's
 * @param ratio the later by the earlier, and how sure that is; {@code null} if there are too few
 *     durations to tell
 * @param verdict what that means
 */
public record Difference(
    String device,
    String what,
    String percentile,
    double before,
    double after,
    @Nullable Ratio ratio,
    Verdict verdict) {

  /** What a difference means. */
  public enum Verdict {
    /** The later run takes less time, by more than the noise within the runs. */
    FASTER,
    /** The later run takes more time, by more than the noise within the runs. */
    SLOWER,
    /** No more than the noise within the runs. */
    WITHIN_NOISE,
    /** Too few durations to tell. */
    TOO_FEW;

    /** Returns the verdict in words. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    static Verdict of(Ratio ratio) {
      if (!ratio.exceedsNoise()) {
        return WITHIN_NOISE;
      }
      return ratio.value() < 1 ? FASTER : SLOWER;
    }
  }
}
