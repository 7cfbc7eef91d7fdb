package io.github.npu4j.onnx.use;

import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What became of an integer on its way through a graph: {@code factor * x + shift}, with a shift
 * that may differ from place to place.
 *
 * @param factor not zero
 * @param least the least shift
 * @param most the greatest shift
 */
record Change(double factor, double least, double most) {

  /** Nothing has become of it yet. */
  static final Change NONE = new Change(1, 0, 0);

  /** What is followed where the other side is constant. */
  static final Set<String> OPERATORS = Set.of("Add", "Sub", "Mul", "Div");

  /**
   * Returns the change after an operator on it and a constant; {@code null} where none is known.
   */
  @Nullable Change then(String operator, int place, double[] constant) {
    double low = Arrays.stream(constant).min().orElse(Double.NaN);
    double high = Arrays.stream(constant).max().orElse(Double.NaN);
    return switch (operator) {
      case "Add" -> new Change(factor, least + low, most + high);
      case "Sub" ->
          place == 0
              ? new Change(factor, least - high, most - low)
              : new Change(-factor, low - most, high - least);
      case "Mul" -> low == high && low > 0 ? times(low) : null;
      case "Div" -> place == 0 && low == high && low > 0 ? times(1 / low) : null;
      default -> null;
    };
  }

  private Change times(double by) {
    return new Change(factor * by, least * by, most * by);
  }

  /**
   * Returns the integers that become an index of a table; where there are none, the nearest.
   *
   * @param rows how many the table has
   */
  ValueRange before(long rows) {
    double first = -least / factor;
    double last = (rows - 1 - most) / factor;
    long low = bounded(Math.ceil(Math.min(first, last)));
    long high = bounded(Math.floor(Math.max(first, last)));
    return (factor > 0) == (first <= last) && low <= high
        ? new ValueRange(low, high)
        : new ValueRange(bounded(Math.rint(first)), bounded(Math.rint(first)));
  }

  /** No table is that long, and sums of bounded numbers do not overflow. */
  private static long bounded(double value) {
    return Math.clamp((long) value, -Integer.MAX_VALUE, Integer.MAX_VALUE);
  }
}
